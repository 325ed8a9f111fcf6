"""Pages of money and plans: right on a phone and a desk, few queries, two people for every decision."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from payung.access.actor import Actor, acting_as
from payung.funding.actions import add_payer, approve_fund, propose_change, propose_fund
from payung.funding.models import Fund, Plan
from payung.funding.queries import balances
from payung.planning.actions import propose_plan
from payung.registry.models import Eligibility, Person
from payung.values import Month

from .work import followed, working

JANUARY, TODAY = Month.of(2027, 1), date(2026, 11, 22)


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Sessions are made directly here; hashing passwords slowly would be most of the time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def money(own_database, static_files, make_user):
    """Three funds (one proposed, one with a change that waits), forty workers, and a proposed plan."""
    operator, approver = (Actor.of(make_user(role)) for role in ("operator", "approver"))

    def fund(code: str, kind: str, cash: dict[str, int], **terms) -> Fund:
        payer = add_payer(operator, name=f"Pembayar {code}", kind=kind)
        return propose_fund(
            operator,
            code=code,
            payer=payer,
            name=f"Dana {code}",
            cash=cash,
            first_month=JANUARY,
            end_month=JANUARY + 12,
            **terms,
        )

    province = fund("apbd-65", "province", {"2027-01": 3_000_000, "2027-05": 1_000_000})
    company = fund("csr-contoh", "company", {"2027-01": 2_000_000}, regions=["65.71"], new_only=True)
    fund("baznas", "baznas", {"2027-02": 5_000_000})
    for made in (province, company):
        approve_fund(approver, made.pk, today=TODAY)
    propose_change(operator, province.pk, reason="APBD perubahan", cash={"2027-08": 500_000})
    with acting_as(operator):
        for region, trade in (("65.71.01.1001", "nelayan_subsisten"), ("65.01.01.2001", "petani_sayur")):
            people = Person.objects.bulk_create(
                Person(
                    name=f"Pekerja Contoh {n}",
                    name_norm=f"PEKERJA CONTOH {n}",
                    region_code=region,
                    occupation_id=trade,
                    birth_date=date(1980, 1, 1),
                    candidate=True,
                )
                for n in range(20)
            )
            Eligibility.objects.bulk_create(
                Eligibility(
                    person=person,
                    judged_on=TODAY,
                    eligible=True,
                    verified=True,
                    eligible_until=99_999,
                    law_version="1",
                    region_code=region,
                )
                for person in people
            )
        plan = propose_plan(operator, name="Rencana 2027", first_month=JANUARY, months=12, today=TODAY)
    return operator.user, approver.user, plan


def get(user, path: str, most: int = 12):
    from django.db import connection

    client = Client()
    client.force_login(user)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert len(queries) <= most, [query["sql"][:120] for query in queries]
    return answer


def post(user, path: str, **data):
    client = Client()
    client.force_login(user)
    return client.post(path, data)


def paths(plan: Plan) -> list[str]:
    fund = Fund.objects.get(code="apbd-65").pk
    return [
        "/dana/",
        f"/dana/{fund}/",
        f"/dana/{fund}/?per=2027-02-01&dari=2027-01-01",
        "/dana/usul/",
        f"/dana/{fund}/ubah/",
        "/dana/dana.csv",
        f"/dana/{fund}/laporan.csv",
        f"/dana/{fund}/laporan.pdf",
        "/rencana/",
        "/rencana/usul/",
        "/rencana/tangan/",
        f"/rencana/{plan.pk}/",
        f"/rencana/{plan.pk}/?q=contoh+1",
        f"/rencana/{plan.pk}/antrean/{fund}/",
        f"/rencana/banding/?r={plan.pk}",
        f"/rencana/{plan.pk}/baris.csv",
        f"/rencana/{plan.pk}/baris.xlsx",
    ]


def test_every_page_answers_in_few_queries(money):
    operator, _, plan = money
    for path in paths(plan):
        assert get(operator, path).status_code == 200, path


def test_each_worker_is_explained_on_a_page(money):
    operator, _, plan = money
    with acting_as(Actor.of(operator)):
        waiting = plan.lines.filter(fund=None).first()
        paid = plan.lines.exclude(fund=None).first()
    answer = get(operator, f"/rencana/{plan.pk}/orang/{waiting.person_id}/")
    assert "dalam antrean" in answer.content.decode()
    answer = get(operator, f"/rencana/{plan.pk}/orang/{paid.person_id}/")
    assert "Dibayar oleh" in answer.content.decode()
    assert get(operator, f"/rencana/{plan.pk}/orang/999999999/").status_code == 409


def test_who_may_not_see_money_or_people_sees_none(money, make_user):
    _, _, plan = money
    fund = Fund.objects.first().pk
    village = make_user("village", "65.71.01.1001")
    for path in ("/dana/", f"/dana/{fund}/", "/rencana/", f"/rencana/{plan.pk}/"):
        assert get(village, path).status_code == 403
    assert Client().get("/dana/").status_code == 302
    budget = make_user("budget")
    page = get(budget, f"/rencana/{plan.pk}/?q=contoh").content.decode()
    assert "Pekerja Contoh" not in page
    assert get(budget, f"/rencana/{plan.pk}/baris.csv").status_code == 403


def test_the_proposer_sees_no_button_and_is_refused_all_the_same(money):
    operator, approver, plan = money
    assert "Setujui" not in get(operator, f"/rencana/{plan.pk}/").content.decode()
    assert post(operator, f"/rencana/{plan.pk}/putuskan/", tindakan="setujui").status_code == 403
    assert "Setujui" in get(approver, f"/rencana/{plan.pk}/").content.decode()
    assert post(approver, f"/rencana/{plan.pk}/putuskan/", tindakan="setujui").status_code == 302
    plan.refresh_from_db()
    assert plan.status == "approved"


def test_a_fund_is_proposed_and_approved_by_form(money):
    operator, approver, _ = money
    form = {
        "payer": "PT Baru",
        "payer_kind": "company",
        "name": "CSR Baru",
        "code": "csr-baru",
        "kind": "csr",
        "group_code": "SC",
        "cash": "2027-01 = 1.000.000\n2027-06=Rp500.000",
        "first_month": "2027-01",
        "last_month": "2027-12",
        "regions": "65.71, 65.03",
        "min_people": "5",
        "package_months": "6",
    }
    wrong = post(operator, "/dana/usul/", **{**form, "cash": "Januari: sejuta"})
    assert wrong.status_code == 422
    assert "2027-01 = 90.000.000" in wrong.content.decode()
    assert "6571" in post(operator, "/dana/usul/", **{**form, "regions": "6571"}).content.decode()
    assert post(operator, "/dana/usul/", **form).status_code == 302
    made = Fund.objects.get(code="csr-baru")
    assert (made.amount, made.regions, made.package_months) == (1_500_000, ["65.03", "65.71"], 6)
    assert post(approver, f"/dana/{made.pk}/putuskan/", tindakan="setujui").status_code == 302
    assert balances([made.pk])[made.pk]["available"] == 1_500_000


def test_a_change_is_proposed_and_decided_by_form(money):
    operator, approver, _ = money
    company = Fund.objects.get(code="csr-contoh")
    form = {"what": "money", "cash": "2027-01 = -500.000", "reason": "sisa tahun lalu"}
    assert post(operator, f"/dana/{company.pk}/ubah/", **form).status_code == 302
    change = company.changes.get()
    assert post(approver, f"/dana/perubahan/{change.pk}/putuskan/", tindakan="setujui").status_code == 302
    assert balances([company.pk])[company.pk]["available"] == 1_500_000


def test_a_plan_is_computed_by_form(money):
    operator, _, _ = money
    form = {"name": "Tiga bulan", "first_month": "2027-01", "months": "12", "keep_months": "3"}
    more = {"method": "best", "first_goal": "people", "seed": "4"}
    client = Client()
    client.force_login(operator)
    done = followed(client, client.post("/rencana/usul/", {**form, **more}))
    made = Plan.objects.get(name="Tiga bulan")
    assert done.headers["Location"] == f"/rencana/{made.pk}/"
    assert made.options["first_goal"] == "people"
    again = followed(client, client.post("/rencana/usul/", {**form, **more, "keep": "x"}))
    assert again.headers["Location"] == f"/rencana/{made.pk}/", (
        "the same name over the same input is the same plan"
    )
    wrong = post(operator, "/rencana/usul/", **{**form, "keep_months": "13"}, **more)
    assert wrong.status_code == 422


def test_a_plan_that_cannot_be_is_refused_in_words_with_the_way_back(own_database, static_files, make_user):
    client = Client()
    client.force_login(make_user("operator"))
    form = {"name": "Kosong", "first_month": "2027-01", "months": "12", "keep_months": "3"}
    more = {"method": "best", "first_goal": "people", "seed": "4"}
    page = followed(client, client.post("/rencana/usul/", {**form, **more})).content.decode()
    assert "Belum ada orang yang layak" in page
    assert 'href="/rencana/usul/"' in page


def test_a_plan_by_hand_is_counted_by_a_job(money):
    operator, _, plan = money
    with acting_as(Actor.of(operator)):
        person = plan.lines.exclude(fund=None).first().person_id
    client = Client()
    client.force_login(operator)
    form = {"name": "Buatan sendiri", "first_month": "2027-01", "months": "12"}
    text = f"person,fund,first_month,last_month\n{person},apbd-65,2027-01,2027-06\n"
    sent = SimpleUploadedFile("rencana.csv", text.encode())
    done = followed(client, client.post("/rencana/tangan/", {**form, "file": sent}))
    made = Plan.objects.get(name="Buatan sendiri")
    assert done.headers["Location"] == f"/rencana/{made.pk}/"
    wrong = SimpleUploadedFile("rencana.csv", b"person,fund,first_month,last_month\n1,tidak-ada,x,y\n")
    page = followed(client, client.post("/rencana/tangan/", {**form, "name": "Salah", "file": wrong}))
    assert 'href="/rencana/tangan/"' in page.content.decode(), "why it was refused, and the way back"
    assert not Plan.objects.filter(name="Salah").exists()


def test_a_long_file_of_lines_is_made_by_a_job(money, monkeypatch):
    from payung.planning import jobs

    operator, _, plan = money
    client = Client()
    client.force_login(operator)
    for kind in ("csv", "xlsx"):
        at_once = client.get(f"/rencana/{plan.pk}/baris.{kind}")
        with monkeypatch.context() as patched:
            patched.setattr(jobs, "MOST_LINES", 3)
            waits = client.get(f"/rencana/{plan.pk}/baris.{kind}")
        assert "baris siap diambil" in followed(client, waits).content.decode()
        made = client.get(waits.headers["Location"].split("?")[0] + "berkas/")
        assert made.headers["Content-Disposition"] == at_once.headers["Content-Disposition"]
        assert kind == "xlsx" or made.content == at_once.content


def test_variants_are_computed_in_turn_and_laid_side_by_side(site, money, looks_right):
    operator, _, _ = money
    page = site.open_as(operator)
    page.goto("/rencana/")
    page.get_by_role("link", name="Hitung beberapa varian").click()
    looks_right(page, "variants")
    page.get_by_label("Nama").fill("Banding")
    page.get_by_label("Mulai").fill("2027-01")
    page.get_by_label("Anggaran lain: dana").select_option("apbd-65")
    page.get_by_label("Tambahan atau pengurangan").fill("1.000.000")
    page.get_by_role("button", name="Hitung dan bandingkan").click()
    expect(page.get_by_text("menjadi 6 varian")).to_be_visible()
    page.problems.clear()  # the browser notes the refused form
    page.get_by_label("3 bulan", exact=True).uncheck()
    page.get_by_role("button", name="Hitung dan bandingkan").click()
    expect(page.get_by_text("0 dari 4 varian selesai")).to_be_visible()
    looks_right(page, "variants-progress")
    with working():
        expect(page.get_by_role("heading", name="Rencana berdampingan")).to_be_visible(timeout=60_000)
    looks_right(page, "variants-compared")
    made = Plan.objects.filter(name__startswith="Banding: ")
    assert sorted((plan.options["keep_months"], sum(plan.options["extra"].values())) for plan in made) == [
        (6, 0),
        (6, 1_000_000),
        (12, 0),
        (12, 1_000_000),
    ]


def test_the_progress_of_variants_without_a_script_and_its_refusals(money, make_user):
    from payung.jobs.models import Job
    from payung.jobs.running import run, run_waiting
    from payung.jobs.scope import everyones_jobs

    operator, _, _ = money
    client = Client()
    client.force_login(operator)
    wrong = {"name": "B", "first_month": "2027-01", "keeps": ["12"], "horizons": ["6"]}
    assert "tidak dapat menjaga" in post(operator, "/rencana/varian/", **wrong).content.decode()
    right = {**wrong, "keeps": ["6"], "horizons": ["12"], "today": "on"}
    address = client.post("/rencana/varian/", right).headers["Location"]
    shown = client.get(address).content.decode()
    assert "0 dari 2 varian" in shown
    assert 'http-equiv="refresh"' in shown
    with everyones_jobs():
        first, _second = Job.objects.order_by("id").values_list("id", flat=True)
    run(first)
    assert "1 dari 2 varian" in client.get(address).content.decode()
    run_waiting()
    assert client.get(address).headers["Location"].startswith("/rencana/banding/?r=")
    assert "Bandingkan yang sudah jadi" in client.get(address).content.decode(), "who comes back stays"
    assert client.get("/rencana/varian/x/").headers["Location"] == "/rencana/varian/"
    client.force_login(make_user("operator"))
    assert client.get(address).headers["Location"] == "/rencana/varian/", "another's variants"
    Fund.objects.filter(status=Fund.Status.ACTIVE).update(status=Fund.Status.CLOSED)
    client.force_login(operator)
    address = client.post("/rencana/varian/", {**right, "name": "C"}).headers["Location"]
    run_waiting()
    shown = client.get(address).content.decode()
    assert "Belum ada dana yang berlaku" in shown
    assert "Ubah pilihan" in shown


def test_pages_without_anything_say_what_comes_next(own_database, static_files, make_user):
    operator = make_user("operator")
    assert "Belum ada dana" in get(operator, "/dana/").content.decode()
    assert "Belum ada rencana" in get(operator, "/rencana/").content.decode()
    assert get(operator, "/rencana/banding/").status_code == 302


@pytest.mark.browser
def test_a_plan_whose_computed_result_was_refused_says_so(site, money, looks_right):
    from payung.allocation.words import refusal

    operator, _, plan = money
    found = {
        "code": "gap",
        "text_id": "pekerja 7: jeda pada 2027-03",
        "text_en": "worker 7: a gap in 2027-03",
    }
    plan.report["rejected"] = [{"method": "programme", "behind_in": "months"}, refusal("programme", [found])]
    plan.save()
    page = site.open_as(operator)
    page.goto(f"/rencana/{plan.pk}/")
    expect(
        page.get_by_text("ditolak pemeriksa mandiri dan tidak dipakai: pekerja 7: jeda pada 2027-03")
    ).to_be_visible()
    looks_right(page, "plan-refused")


@pytest.mark.browser
def test_the_pages_look_right(site, money, looks_right):
    operator, approver, plan = money
    fund = Fund.objects.get(code="apbd-65").pk
    with acting_as(Actor.of(operator)):
        waiting = plan.lines.filter(fund=None).first().person_id
    page = site.open_as(operator)
    for name, path in {
        "funds": "/dana/",
        "fund-propose": "/dana/usul/",
        "plans": "/rencana/",
        "plan-propose": "/rencana/usul/",
        "plan-search": f"/rencana/{plan.pk}/?q=contoh+1",
        "plan-worker": f"/rencana/{plan.pk}/orang/{waiting}/",
        "plan-queue": f"/rencana/{plan.pk}/antrean/{fund}/",
        "plan-by-hand": "/rencana/tangan/",
        "plan-compare": f"/rencana/banding/?r={plan.pk}",
    }.items():
        page.goto(path)
        looks_right(page, name)
    page = site.open_as(approver)
    page.goto(f"/dana/{fund}/")
    looks_right(page, "fund")
    page.goto(f"/rencana/{plan.pk}/")
    looks_right(page, "plan")
    page.get_by_role("button", name="Setujui").click()
    expect(page.get_by_text("Langkah berikutnya: SK")).to_be_visible()
