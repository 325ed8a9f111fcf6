"""Whatever is typed into a claim's forms is answered with a page, and days before the law are days without cover."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client, RequestFactory

from payung import database
from payung.access.actor import Refused, acting_as, action
from payung.access.acts import OWN_REGIONS, Act
from payung.access.crypto import nik_hash
from payung.claims import queries
from payung.claims.actions import run_desk, tell_accident
from payung.claims.models import Death
from payung.claims.personal_codes import codes_for
from payung.law import first_day
from payung.registry.models import Person
from payung.values import parse_rupiah
from payung.values.money import MOST
from payung.web.claims import status
from payung.web.pages import next_page, numbered_page, whole_number
from tests.claims.scene import build, die, hurt, protected

pytestmark = pytest.mark.django_db
BIG, LONG, NUL = "9" * 19, "9" * 5_000, "a\x00b"
FACTS = {"tindakan": "fakta", "akibat": "partial", "hari": "3", "biaya": "0"}
LOSS = FACTS | {"cacat-1": "arm-right"}
OF_A_CASE = [
    {"tindakan": "pindah", "ke": "checked", "alasan": NUL},
    {"tindakan": "pindah", "ke": "checked", "jumlah": LONG},
    {"tindakan": "pindah", "ke": "checked", "tanggal": "0001-01-01"},
    {"tindakan": "beri-tahu", "cara": "visit", "kepada": NUL},
    {"tindakan": "anak", "jenjang-1": "sd", "sisa-1": LONG},
    {"tindakan": "hapus-berkas", "nomor-berkas": LONG, "alasan": "x"},
    {"tindakan": "laporan", "tahap": "1", "waktu": "0001-01-01T00:00"},
    *({**FACTS, name: value} for name in ("hari", "biaya", "homecare", "angkut-sea") for value in (BIG, LONG)),
    *({**LOSS, "persen-1": share} for share in ("nan", "inf", "1e999", "-1")),
    {**FACTS, "perawatan": NUL},
]  # fmt: skip
ELSEWHERE = [
    ("/klaim/", {"tindakan": "cari", "nama": NUL}),
    ("/klaim/mungkin/", {"baris": LONG, "orang": "1", "jawaban": "ya"}),
    ("/klaim/kematian/lapor/", {"orang": LONG}),
    ("/klaim/kecelakaan/lapor/", {"orang": "{person}", "happened_at": "0001-01-01T00:00", "place": "x", "doing": "y"}),
    ("/klaim/kecelakaan/lapor/", {"orang": "{person}", "happened_at": "2000-01-01T00:00", "place": "x", "doing": "y"}),
]  # fmt: skip
ADDRESSES = (
    "/klaim/tinjau/?sejak=0001-01-01",
    "/klaim/tinjau/?skala=nan",
    f"/klaim/?hal={LONG}",
    f"/klaim/{'9' * 23}/",
    f"/klaim/kematian/lapor/?orang={LONG}",
)


@pytest.fixture
def operator(make_actor):
    with acting_as(make_actor("operator", "65")) as actor:
        yield actor


def test_no_value_in_a_form_breaks_a_page(operator):
    case = hurt(operator, protected(1, build(120))[0])
    client = Client(raise_request_exception=False)
    client.force_login(operator.user)
    for sent in OF_A_CASE:
        assert client.post(f"/klaim/{case.pk}/", sent).status_code in (302, 400, 404, 409), sent
    for where, sent in ELSEWHERE:
        filled = {name: value.format(person=case.person_id) for name, value in sent.items()}
        assert client.post(where, filled).status_code in (400, 404, 409, 422), sent
    for where in ADDRESSES:
        assert client.get(where).status_code in (200, 404), where
    assert "NUL" in client.post("/klaim/", {"tindakan": "cari", "nama": NUL}).content.decode()
    assert client.get(f"/klaim/{case.pk}/").status_code == 200


@pytest.mark.parametrize("text", ["", "x", "-1", "1.0", "²", "１", BIG, LONG])
def test_what_is_no_whole_number_is_none(text):
    assert whole_number(text) is None


def test_amounts_beyond_all_money_are_refused():
    assert parse_rupiah(str(MOST)) == MOST
    for text in (str(MOST + 1), LONG):
        with pytest.raises(ValueError, match="not an amount"):
            parse_rupiah(text)


@pytest.mark.parametrize("died", [date(1850, 1, 1), date(1990, 5, 5), first_day() - timedelta(days=1)])
def test_a_day_of_death_before_the_law_stops_neither_the_desk_nor_the_public_page(operator, died):
    """A mistyped year in one row must not keep every other family from being found."""
    today, nik = build(120), "6571014508680001"
    wrong, right = protected(2, today)
    Person.objects.filter(pk=wrong.pk).update(died_on=died, candidate=True, nik_hash=nik_hash(nik))
    database.run("UPDATE coverage_registration SET starts_on = NULL WHERE person_id = %s", [wrong.pk])
    with action(operator, Act.DEATHS_RUN, region_code=OWN_REGIONS):
        die(operator, right)
    run = run_desk(operator, today=today)
    assert (run.deaths, run.covered) == (2, 1)
    assert Death.objects.get(person=wrong).owed == 0
    code = codes_for(operator, [wrong.pk])[wrong.pk]
    answer = Client().post("/cek-perlindungan/", {"nik": nik, "code": code})
    assert (answer.status_code, len(answer.content)) == (200, status.BYTES)
    assert queries.lookback(date(1, 1, 1), today).owed == run.owed


def test_how_the_worker_was_carried_is_told_at_once_and_what_it_cost_later(operator):
    case = hurt(operator, protected(1, build(120))[0], transport=["sea"])
    assert (case.accident.transport, case.snapshot["id"]["transport"]) == ([["sea", 0]], 0)
    told = tell_accident(operator, case_id=case.pk, facts={"transport": [["sea", 400_000]]})
    assert told.snapshot["id"]["transport"] == 400_000


def test_an_unknown_way_of_carrying_is_refused(operator):
    with pytest.raises(Refused):
        hurt(operator, protected(1, build(120))[0], transport=["broom"])


@pytest.mark.parametrize("asked", ["0", "-1", "x", "²", BIG, LONG])
def test_a_page_that_no_list_has_is_the_first_or_the_last(operator, asked):
    request = RequestFactory().get("/", {"hal": asked})
    assert list(next_page(request, range(500)).items) in ([], list(range(50)))
    assert list(numbered_page(request, range(500), 500).items) in (list(range(50)), list(range(450, 500)))
