"""The acts about users, lists, people, funds, plans and promises, each on a subject in a village."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from payung.access.actions import create_user, set_password
from payung.access.actor import Actor, action, everyone_visible
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.key_ring import note_role
from payung.access.models import Assignment, User
from payung.funding import actions as funds
from payung.funding.ledger import Movement, post
from payung.funding.models import Fund
from payung.giving import actions as donations
from payung.planning.actions import approve_plan, reject_plan
from payung.planning.by_hand import propose_plan_by_hand
from payung.registry import labels, lookup, thresholds, trust
from payung.registry.actions import load_file, passed_file, returned_file, save_mapping, undo_intake
from payung.registry.clerk import decide_merge, judge_pair, record_answer, undo_judgement
from payung.registry.eligibility import judge_everyone
from payung.registry.linking import match
from payung.registry.mending import settle
from payung.registry.models import BlindCheck, Intake, MergeProposal, Pair, Person
from payung.registry.queries import open_nik
from tests.registry.lists import write_list

from .scene import OTHER, OWN, World, does


@does(Act.KEYS_ROTATE)
def _(w: World, village: str):
    return note_role


@does(Act.KEYS_RETIRE)
def _(w: World, village: str):
    # The keys themselves are of the deployment's folder; who may give one up is asked as here.
    def retire(actor: Actor) -> None:
        with action(actor, Act.KEYS_RETIRE, region_code=WHOLE_PROVINCE):
            pass

    return retire


PLACES = {
    OWN: ("Karang Anyar", "Tarakan Barat", "657101"),
    OTHER: ("Tanjung Palas Hulu", "Tanjung Palas", "650101"),
}


@does(Act.SET_PASSWORD)
def _(w: World, village: str):
    user = User.objects.create(username=w.code("pengguna"))
    Assignment.objects.create(user=user, role="operator", region_code=village[:5])
    return lambda actor: set_password(actor, username=user.username, password="Sebelas-perahu-biru-9")


@does(Act.CREATE_USER)
def _(w: World, village: str):
    name = w.code("baru")
    return lambda actor: create_user(
        actor, username=name, full_name="Baru", role="village", region_code=village
    )


def listed(w: World, village: str, people: int = 3, bad: bool = False) -> Intake:
    """A list of a village, loaded by the province's operator."""
    with w.by("operator") as operator:
        intake, _new = load_file(
            operator,
            path=sheet(w, village, people, bad),
            file_name="a.xlsx",
            today=w.today,
            region_code=village,
        )
    return intake


def sheet(w: World, village: str, people: int = 3, bad: bool = False):
    place, district, digits = PLACES[village]
    years, start = divmod(next(w.numbers) * 20, 9_980)
    year = 85 + years
    names = ("Andi Baso", "Yohanes Laing", "Martha Lawai", "Daud Ingan")
    told = [
        [
            f"{digits}{10 + at:02d}03{year:02d}{start + at + 1:04d}",
            f"{names[at]} {w.code('X')}",
            "L",
            f"{10 + at}-03-19{year:02d}",
        ]
        for at in range(people)
    ]
    if bad:
        told.append(["12", f"Salah Nomor {w.code('X')}", "L", "99-99-1985"])
    rows = [[*row, place, district, "Nelayan"] for row in told]
    return write_list(w.folder / f"{w.code('daftar')}.xlsx", rows)


@does(Act.LOAD)
def _(w: World, village: str):
    path = sheet(w, village)
    return lambda actor: load_file(actor, path=path, file_name=path.name, today=w.today, region_code=village)


@does(Act.UNDO)
def _(w: World, village: str):
    intake = listed(w, village)
    return lambda actor: undo_intake(actor, intake_id=intake.pk, reason="Salah berkas")


@does(Act.SETTLE)
def _(w: World, village: str):
    intake = listed(w, village, bad=True)
    return lambda actor: settle(actor, intake_id=intake.pk, reason="Pindah desa")


@does(Act.RETURN_ROWS)
def _(w: World, village: str):
    intake = listed(w, village, bad=True)
    return lambda actor: returned_file(actor, intake_id=intake.pk)


@does(Act.READ_PASSED)
def _(w: World, village: str):
    intake = listed(w, village, bad=True)
    return lambda actor: passed_file(actor, intake_id=intake.pk)


@does(Act.SAVE_MAPPING)
def _(w: World, village: str):
    return lambda actor: save_mapping(
        actor, sender_name=village, headers=["a", "b"], mapping={"columns": {"name": "a"}}
    )


@does(Act.OPEN_NIK)
def _(w: World, village: str):
    return lambda actor: open_nik(actor, person_id=w.people[village][0])


@does(Act.LOOKUP_ELSEWHERE)
def _(w: World, village: str):
    # Of nobody's region here: known to Payung, seen by no regional user.
    with transaction.atomic(), everyone_visible():
        from payung.access.crypto import encrypt, nik_hash

        nik = "6504011005800099"
        Person.objects.create(
            name="Jauh",
            name_norm="JAUH",
            nik_enc=encrypt(nik, "nik"),
            nik_hash=nik_hash(nik),
            region_code="65.04",
        )
    return lambda actor: lookup.lookup(actor, lookup.read(nik=nik, today=w.today))


@does(Act.MATCH)
def _(w: World, village: str):
    listed(w, village)
    return match


def pair(w: World, village: str) -> Pair:
    """Two people of a village whom a clerk may take for one."""
    listed(w, village, people=2)
    with w.by("operator") as operator:
        run = match(operator)
        assert run is not None
        one, other = Person.objects.order_by("-pk")[:2]
        return Pair.objects.create(
            run=run,
            record=other.records.get(),
            person=one,
            probability=0.6,
            weight=1.0,
            region_code=one.region_code,
        )


def _judges(act: Act, decision: str) -> None:
    @does(act)
    def _(w: World, village: str):
        made = pair(w, village)
        return lambda actor: judge_pair(actor, pair_id=made.pk, decision=decision, reason="RT")


for _act, _decision in (
    (Act.JUDGE_SAME, "same"),
    (Act.JUDGE_DIFFERENT, "different"),
    (Act.JUDGE_ASKED, "asked"),
):
    _judges(_act, _decision)


@does(Act.JUDGE_UNKNOWN)
def _(w: World, village: str):
    made = pair(w, village)
    with w.by("operator") as operator:
        judge_pair(operator, pair_id=made.pk, decision="asked")
    return lambda actor: record_answer(actor, pair_id=made.pk, answer="unknown", told_by="RT 2")


def proposal(w: World, village: str) -> MergeProposal:
    made = pair(w, village)
    with w.by("operator") as operator:
        people = [made.person_id, made.record.person_id]
        Person.objects.filter(pk__in=people).update(covered_until=w.now + 3)
        judge_pair(operator, pair_id=made.pk, decision="same", reason="RT")
        return MergeProposal.objects.get(pair=made)


@does(Act.MERGE_APPROVE)
def _(w: World, village: str):
    made = proposal(w, village)
    return lambda actor: decide_merge(actor, proposal_id=made.pk, approve=True)


@does(Act.MERGE_DECLINE)
def _(w: World, village: str):
    made = proposal(w, village)
    return lambda actor: decide_merge(actor, proposal_id=made.pk, approve=False, reason="Dua orang")


@does(Act.UNDO_JUDGEMENT)
def _(w: World, village: str):
    made = pair(w, village)
    with w.by("operator") as operator:
        judge_pair(operator, pair_id=made.pk, decision="same")
    return lambda actor: undo_judgement(actor, pair_id=made.pk, reason="Dua orang")


def check(w: World, village: str) -> BlindCheck:
    """A row of a person who has two, put before a clerk."""
    made = pair(w, village)
    with w.by("operator") as operator:
        judge_pair(operator, pair_id=made.pk, decision="same")
        made.refresh_from_db()
        record = made.record
        record.refresh_from_db()
        return BlindCheck.objects.create(
            kind=BlindCheck.Kind.SAME,
            run=made.run,
            record=record,
            person=record.person,
            right_enc=labels.right_side({}, same_nik=True),
            probability=0.99,
            weight=9.0,
            region_code=made.person.region_code,
        )


@does(Act.JUDGE_BLIND)
def _(w: World, village: str):
    made = check(w, village)
    return lambda actor: labels.judge_blind(actor, check_id=made.pk, answer="same")


@does(Act.SEPARATE)
def _(w: World, village: str):
    made = check(w, village)
    with w.by("operator") as operator:
        labels.judge_blind(operator, check_id=made.pk, answer="different", reason="Dua orang")
    return lambda actor: labels.separate(actor, check_id=made.pk, reason="Dua orang")


@does(Act.SET_THRESHOLDS)
def _(w: World, village: str):
    return lambda actor: thresholds.set_thresholds(
        actor, same=0.97, doubtful=0.5, reason="Uji", replaces=thresholds.current().version
    )


@does(Act.SET_TRUST)
def _(w: World, village: str):
    kinds = list(reversed(trust.order()))
    return lambda actor: trust.set_order(actor, kinds=kinds, reason="Uji")


@does(Act.JUDGE)
def _(w: World, village: str):
    return lambda actor: judge_everyone(actor, on=w.today)


@does(Act.ADD_PAYER)
def _(w: World, village: str):
    name = w.code("Desa")
    return lambda actor: funds.add_payer(actor, name=name, kind="village", region_code=village)


def proposed(w: World, actor: Actor, village: str, code: str = "") -> Fund:
    return funds.propose_fund(
        actor,
        code=code or w.code("DANA"),
        payer=w.payer(village),
        name="Dana baru",
        cash={str(w.now + 1): 5_000_000},
        first_month=w.now + 1,
        end_month=w.now + 7,
    )


@does(Act.PROPOSE_FUND)
def _(w: World, village: str):
    w.payer(village)
    code = w.code("DANA")
    return lambda actor: proposed(w, actor, village, code)


def waiting_fund(w: World, village: str) -> Fund:
    with w.by("operator") as operator:
        return proposed(w, operator, village)


def active_fund(w: World, village: str) -> Fund:
    fund = waiting_fund(w, village)
    with w.by("approver") as approver:
        return funds.approve_fund(approver, fund.pk, today=w.today)


@does(Act.APPROVE_FUND)
def _(w: World, village: str):
    fund = waiting_fund(w, village)
    return lambda actor: funds.approve_fund(actor, fund.pk, today=w.today)


@does(Act.REJECT_FUND)
def _(w: World, village: str):
    fund = waiting_fund(w, village)
    return lambda actor: funds.reject_fund(actor, fund.pk, reason="Belum dianggarkan")


@does(Act.PROPOSE_CHANGE)
def _(w: World, village: str):
    fund = active_fund(w, village)
    return lambda actor: funds.propose_change(
        actor, fund.pk, reason="Tambahan", cash={str(w.now + 2): 1_000_000}
    )


@does(Act.DECIDE_CHANGE)
def _(w: World, village: str):
    fund = active_fund(w, village)
    with w.by("operator") as operator:
        change = funds.propose_change(operator, fund.pk, reason="Tambahan", cash={str(w.now + 2): 1_000_000})
    return lambda actor: funds.decide_change(actor, change.pk, approve=True, today=w.today)


@does(Act.POST)
def _(w: World, village: str):
    move = Movement(w.fund, "world", "pledged", 1_000, w.today, "test", None, w.code("uji"))
    return lambda actor: post(actor, [move])


def by_hand(w: World, actor: Actor, village: str, name: str, fund: Fund):
    line = f"{w.people[village][0]},{fund.code},{w.now + 1},{w.now + 6}"
    return propose_plan_by_hand(
        actor,
        name=name,
        content=f"person,fund,first_month,last_month\n{line}\n".encode(),
        first_month=w.now + 1,
        months=6,
        today=w.today,
    )


@does(Act.PROPOSE_PLAN)
def _(w: World, village: str):
    name, fund = w.code("Rencana"), active_fund(w, village)
    return lambda actor: by_hand(w, actor, village, name, fund)


@does(Act.APPROVE_PLAN)
def _(w: World, village: str):
    fund = active_fund(w, village)
    with w.by("operator") as operator:
        plan = by_hand(w, operator, village, w.code("Rencana"), fund)
    return lambda actor: approve_plan(actor, plan.pk)


@does(Act.REJECT_PLAN)
def _(w: World, village: str):
    fund = active_fund(w, village)
    with w.by("operator") as operator:
        plan = by_hand(w, operator, village, w.code("Rencana"), fund)
    return lambda actor: reject_plan(actor, plan.pk, reason="Terlalu mahal")


def offer(w: World, village: str, key: str = ""):
    chosen = donations.Offer(
        donor="company",
        people=2,
        months=3,
        first_month=w.now + 1,
        name=w.code("PT"),
        contact="0812 0000 0000",
    )
    return donations.pledge(chosen, key=key or w.code("kunci"), origin=w.code("192.0.2"), today=w.today)


@does(Act.DONATION_PLEDGE)
def _(w: World, village: str):
    key, chosen = w.code("kunci"), w.code("PT")
    made = donations.Offer(
        donor="company", people=2, months=3, first_month=w.now + 1, name=chosen, contact="0812 0000 0000"
    )
    return lambda actor: donations.pledge(made, key=key, origin="192.0.2.7", today=w.today)


@does(Act.DONATION_WITHDRAW)
def _(w: World, village: str):
    made = offer(w, village)
    return lambda actor: donations.withdraw(made)


@does(Act.DONATION_LIST)
def _(w: World, village: str):
    made = offer(w, village)
    return lambda actor: donations.set_listed(made, True)


@does(Act.DONATION_OPEN_CONTACT)
def _(w: World, village: str):
    made = offer(w, village)
    return lambda actor: donations.open_contact(actor, made.pk)


@does(Act.DONATION_CHECK)
def _(w: World, village: str):
    made = offer(w, village)
    return lambda actor: donations.check_donation(actor, made.pk, today=w.today)


@does(Act.DONATION_REJECT)
def _(w: World, village: str):
    made = offer(w, village)
    return lambda actor: donations.reject_donation(actor, made.pk, reason="Nomor tidak dikenal")


@does(Act.DONATION_EXPIRE)
def _(w: World, village: str):
    offer(w, village)
    return lambda actor: donations.expire_donations(actor, today=w.today + timedelta(days=400))
