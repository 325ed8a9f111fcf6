"""The public ledger: what is withheld cannot be worked out, and nobody is named who did not ask to be."""

import csv
import io
import json

import pytest
from django.core.cache import caches
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.disclosure.rounding import Rounding
from payung.giving.public_ledger import (
    NOTHING,
    Counts,
    Ledger,
    Who,
    cells_of,
    districts_of,
    fill,
    records,
    total,
)
from payung.oversight.models import CoverCount, Refreshed
from payung.values import Month
from tests.coverage.scene import actor, make_fund

NOW = Month.of(2027, 3)
HOW = Rounding(b"a key that only this test knows.")
PLACES = {"65.01": "Bulungan", "65.02": "Malinau", "65.71": "Tarakan"}


def _ledger() -> Ledger:
    return Ledger(2027, NOW, None, dict(PLACES))


_tables = st.dictionaries(
    st.sampled_from([Who("company", name) for name in "ABCDEFG"]),
    st.dictionaries(st.sampled_from(list(PLACES)), st.integers(1, 12), min_size=1),
    min_size=1,
)


@settings(max_examples=150, deadline=None)
@given(_tables)
def test_places_are_shown_in_fives_and_no_payer_of_few_is_named(people):
    table = {
        who: {place: Counts(n, 3 * n, n, 16_800 * n) for place, n in line.items()}
        for who, line in people.items()
    }
    made = fill(_ledger(), table, HOW)
    whole = total(counts for line in table.values() for counts in line.values())
    if whole.people < 5:
        assert made.lines == []
        return
    assert (made.total.people, made.total.months) == (whole.people, whole.months)
    for line in made.lines:
        assert line.total.people >= 5
        live = [place for place in PLACES if line.places[place] != NOTHING]
        for counts in line.places.values():
            if counts == line.total:
                continue  # all of the payer's people are in one place
            assert counts.people % 5 == counts.months % 5 == counts.paid_months % 5 == 0
            assert counts.rupiah % 100_000 == 0
            assert counts.people <= counts.months >= counts.paid_months
        assert live or len(line.places) == 3
    for counts in made.sums.values():
        assert counts.people % 5 == 0 and counts.rupiah % 100_000 == 0


@given(st.integers(5, 400), st.integers(0, 400), st.text("ABC", max_size=4))
def test_months_paid_of_a_payer_tell_no_few_months_that_are_not(months, paid, name):
    paid = min(months, paid)
    table = {Who("company", name): {"65.01": Counts(5, months, paid, 16_800 * paid)}}
    shown = fill(_ledger(), table, HOW).lines[0].total
    assert shown.months == months
    if 0 < paid < 5 or 0 < months - paid < 5:
        assert shown.paid_months % 5 == 0 or shown.paid_months == months
        assert shown.rupiah % 100_000 == 0
    else:
        assert (shown.paid_months, shown.rupiah) == (paid, 16_800 * paid)


def test_a_payer_of_few_people_is_named_beside_the_rest_without_numbers():
    table = {
        Who("province", "Provinsi"): {"65.71": Counts(100, 1200, 900, 15_000_000)},
        Who("company", "PT Kecil"): {"65.71": Counts(2, 24, 24, 403_200)},
    }
    made = fill(_ledger(), table, HOW)
    assert made.folded == ["PT Kecil", "Provinsi"]  # two alone would give the small one away
    table[Who("company", "PT Lain")] = {"65.71": Counts(6, 24, 24, 403_200)}
    made = fill(_ledger(), table, HOW)
    assert [line.who.name for line in made.lines] == ["Provinsi", ""]
    assert made.folded == ["PT Kecil", "PT Lain"]


@given(st.dictionaries(st.sampled_from([f"65.01.{n:02d}" for n in range(6)]), st.integers(1, 12)))
def test_every_district_is_shown_in_fives(people):
    made = fill(_ledger(), {Who("company", "A"): {"65.01": Counts(50, 60, 1, 1)}}, HOW)
    found = {code: Counts(n, 3 * n, n, 16_800 * n) for code, n in people.items()}
    shown = districts_of(made, found, HOW)
    assert set(shown.get("65.01", {})) == set(found)
    for counts in shown.get("65.01", {}).values():
        assert counts.people % 5 == 0 and counts.rupiah % 100_000 == 0
        assert counts.people <= counts.months >= counts.paid_months
    assert districts_of(_ledger(), found, HOW) == {}


def test_people_are_the_most_of_any_month_and_months_are_added():
    rows = [
        ("", "donors", "65.71", NOW.number, 7, 5, 84_000),
        ("", "donors", "65.71", NOW.number - 1, 9, 9, 151_200),
        ("PT", "company", "65.71", NOW.number, 30, 0, 0),
    ]
    table = cells_of(rows)
    assert table[Who("donatur", "")]["65.71"] == Counts(9, 16, 14, 235_200)
    assert cells_of([("PT", "company", "65.71", NOW.number, 0, 0, 0)]) == {}


@pytest.fixture
def published(own_database):
    """Counts of a province fund, a company that may be named, and one that may not; committed."""
    today = timezone.localdate()
    now = Month.containing(today)
    actor("operator")
    names = {"APBD": 120, "PT Terbuka": 40, "PT Tertutup": 25}
    for code, people in names.items():
        fund = make_fund(code, 1_000_000)
        fund.payer.public = code != "PT Tertutup"
        fund.payer.save()
        CoverCount.objects.create(
            month=now,
            fund=fund,
            region_code="65.71.01.1001",
            decreed=people,
            active=people - 5,
            paid=people * 16_800,
        )
    Refreshed.objects.create(month=now, last_event=10**9)
    caches["pages"].clear()


def test_page_csv_and_json_say_the_same_and_name_nobody_unasked(published, client):
    page = client.get("/buku-publik/").content.decode()
    assert "Pembayar PT Terbuka" in page
    assert "Tertutup" not in page
    table = list(csv.DictReader(io.StringIO(client.get("/buku-publik/buku.csv").content.decode())))
    answer = client.get("/buku-publik/buku.json")
    assert answer["Content-Type"] == "application/json"
    data = json.loads(answer.content)
    assert "Tertutup" not in str(data)
    assert set(data["dictionary"]) == set(table[0]) == set(data["records"][0])
    assert (data["licence"], data["month"]) == ("CC BY 4.0", str(Month.containing(timezone.localdate())))
    people = {row["pembayar"]: row["orang"] for row in table if not row["kode_wilayah"]}
    assert people == {"Pembayar APBD": "120", "Pembayar PT Terbuka": "40", "Donatur": "25"}
    assert [str(row["orang"]) for row in data["records"]] == [row["orang"] for row in table]


@pytest.mark.parametrize(
    "path", ["/buku-publik/", "/buku-publik/buku.csv", "/buku-publik/buku.json", "/bantu/"]
)
def test_a_warm_page_asks_the_database_nothing(published, client, path):
    from django.db import connection

    first = client.get(path)
    with CaptureQueriesContext(connection) as queries:
        second = client.get(path, headers={"accept-encoding": "gzip"})
    assert [query["sql"] for query in queries] == []
    assert second["Content-Encoding"] == "gzip"
    assert len(second.content) < 20_000
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304


def test_records_of_places_say_that_they_are_rounded():
    table = {
        Who("province", "Provinsi"): {"65.71": Counts(100, 1, 1, 1), "65.01": Counts(50, 1, 1, 1)},
        Who("company", "PT"): {"65.71": Counts(30, 1, 1, 1), "65.01": Counts(3, 1, 1, 1)},
    }
    made = fill(_ledger(), table, HOW)
    told = [row for row in records(made) if row["dibulatkan"]]
    assert len(told) in (3, 4) and all(row["orang"] % 5 == 0 for row in told)
    whole = [row for row in records(made) if not row["dibulatkan"]]
    assert sorted(row["orang"] for row in whole) == [33, 150]
