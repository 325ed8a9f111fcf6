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
from scipy.optimize import linprog

from payung.oversight.models import CoverCount, Refreshed
from payung.oversight.public_ledger import Ledger, Who, cells_of, districts_of, fill, records
from payung.oversight.suppress_table import NOTHING, Counts, total
from payung.values import Month
from tests.coverage.scene import actor, make_fund

NOW = Month.of(2027, 3)
PLACES = {"65.01": "Bulungan", "65.02": "Malinau", "65.71": "Tarakan"}


def _ledger() -> Ledger:
    return Ledger(2027, NOW, None, dict(PLACES))


def _bounds(made: Ledger, line: int, place: str) -> tuple[int, int]:
    """What anybody can work out about one withheld cell from every number that is published."""
    cells = [(i, p) for i, row in enumerate(made.lines) for p in made.regencies]
    index = {at: n for n, at in enumerate(cells)}
    equal, right = [], []

    def equation(members, value):
        row = [0] * len(cells)
        for at in members:
            row[index[at]] = 1
        equal.append(row)
        right.append(value)

    for i, row in enumerate(made.lines):
        equation([(i, p) for p in made.regencies], row.total.people)
        for p, counts in row.places.items():
            if counts is not None:
                equation([(i, p)], counts.people)
    for p in made.regencies:
        equation([(i, p) for i in range(len(made.lines))], made.sums[p].people)
    goal = [0] * len(cells)
    goal[index[line, place]] = 1
    least = linprog(goal, A_eq=equal, b_eq=right, bounds=(0, None)).fun
    most = -linprog([-g for g in goal], A_eq=equal, b_eq=right, bounds=(0, None)).fun
    return round(least), round(most)


_tables = st.dictionaries(
    st.sampled_from([Who("company", name) for name in "ABCDEFG"]),
    st.dictionaries(st.sampled_from(list(PLACES)), st.integers(1, 12), min_size=1),
    min_size=1,
)


@settings(max_examples=150, deadline=None)
@given(_tables)
def test_no_small_count_can_be_worked_out(people):
    table = {
        who: {place: Counts(n, 3 * n, n, 16_800 * n) for place, n in line.items()}
        for who, line in people.items()
    }
    made = fill(_ledger(), table)
    whole = total(counts for line in table.values() for counts in line.values())
    if whole.small:
        assert made.lines == []
        return
    assert made.total == whole
    for number, line in enumerate(made.lines):
        assert not line.total.small
        for place, counts in line.places.items():
            assert counts is None or not counts.small
            if counts is None:
                least, most = _bounds(made, number, place)
                assert least < most
    for counts in made.sums.values():
        assert not counts.small


def test_a_payer_of_few_people_is_named_beside_the_rest_without_numbers():
    table = {
        Who("province", "Provinsi"): {"65.71": Counts(100, 1200, 900, 15_000_000)},
        Who("company", "PT Kecil"): {"65.71": Counts(2, 24, 24, 403_200)},
    }
    made = fill(_ledger(), table)
    assert made.folded == ["PT Kecil", "Provinsi"]  # two alone would give the small one away
    table[Who("company", "PT Lain")] = {"65.71": Counts(6, 24, 24, 403_200)}
    made = fill(_ledger(), table)
    assert [line.who.name for line in made.lines] == ["Provinsi", ""]
    assert made.folded == ["PT Kecil", "PT Lain"]


@given(st.dictionaries(st.sampled_from([f"65.01.{n:02d}" for n in range(6)]), st.integers(1, 12)))
def test_no_small_district_stands_alone_nor_follows_from_the_others(people):
    made = fill(
        _ledger(), {Who("company", "A"): {"65.01": Counts(50, 60, 1, 1), "65.02": Counts(50, 60, 1, 1)}}
    )
    found = {code: Counts(n, 3 * n, n, 16_800 * n) for code, n in people.items()}
    shown = districts_of(made, {**found, "65.02.01": Counts(50, 60, 1, 1)})
    assert set(shown) <= {"65.01", "65.02"} and shown["65.02"] == {"65.02.01": Counts(50, 60, 1, 1)}
    rows = shown.get("65.01", {})
    assert not any(counts.small for counts in rows.values())
    assert not rows or total(rows.values()) == total(found.values())
    assert districts_of(_ledger(), found) == {}


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


def test_records_of_withheld_cells_hold_no_number():
    table = {
        Who("province", "Provinsi"): {"65.71": Counts(100, 1, 1, 1), "65.01": Counts(50, 1, 1, 1)},
        Who("company", "PT"): {"65.71": Counts(30, 1, 1, 1), "65.01": Counts(3, 1, 1, 1)},
    }
    made = fill(_ledger(), table)
    hidden = [row for row in records(made) if row["disembunyikan"]]
    assert len(hidden) == 4
    assert all(row["orang"] is None and row["rupiah_terbayar"] is None for row in hidden)
    assert all(counts != NOTHING for line in made.lines for counts in [line.total])
