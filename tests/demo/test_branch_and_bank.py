from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from payung.demo import bank, branch
from payung.demo.workers import population
from payung.values import Month

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    return population(4_000, 6, TODAY)


def given_for(people: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    return branch.answer(rows.select("nik", "name"), people, 1, TODAY)


def plain(people: pl.DataFrame) -> pl.DataFrame:
    """People whom the branch has no reason to refuse."""
    return people.filter(
        (pl.col("birth_date") > date(1965, 1, 1))
        & (pl.col("birth_date") < date(2005, 1, 1))
        & (pl.col("died_on").is_null() | (pl.col("died_on") > TODAY))
        & pl.col("active_until").is_null()
    )


def test_who_gives_no_reason_is_accepted_from_next_month(people):
    answer = given_for(people, plain(people))
    assert (answer["status"] == "accepted").all()
    assert answer["membership_number"].is_unique().all()
    assert answer["membership_number"].str.contains(r"^\d{11}$").all()
    assert (answer["start_date"] == date(2026, 12, 1)).all()


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (pl.col("died_on") <= TODAY, "NIK_UNKNOWN"),
        (pl.col("birth_date") <= date(1961, 11, 22), "AGE"),
        (
            (pl.col("active_until") > Month.containing(TODAY).number)
            & pl.col("birth_date").is_between(date(1965, 1, 1), date(2005, 1, 1))
            & pl.col("died_on").is_null(),
            "ACTIVE_ELSEWHERE",
        ),
    ],
)
def test_each_reason_is_given_where_it_holds(people, who, code):
    chosen = people.filter(who)
    assert chosen.height
    answer = given_for(people, chosen)
    expected = {"NIK_UNKNOWN"} | {code}
    assert set(answer["reason_code"]) <= expected
    assert code in set(answer["reason_code"])
    assert answer["membership_number"].null_count() == answer.height


def test_a_birthday_makes_one_too_old(people):
    person = plain(people).head(1)
    birthday = date(1961, 11, 23)
    older = people.with_columns(
        birth_date=pl.when(pl.col("person_id") == person["person_id"][0])
        .then(birthday)
        .otherwise("birth_date")
    )
    rows = person.select("nik", "name")
    assert branch.answer(rows, older, 1, date(2026, 11, 22))["status"].to_list() == ["accepted"]
    assert branch.answer(rows, older, 1, date(2026, 11, 23))["reason_code"].to_list() == ["AGE"]


def test_an_unknown_nik_another_name_and_a_second_row_are_refused(people):
    known = plain(people).head(1)
    nik, name = known["nik"][0], known["name"][0]
    rows = pl.DataFrame(
        {"nik": ["6571010101900999", nik, nik], "name": ["Siapa", f"H. {name.upper()}", name]},
    )
    assert branch.answer(rows, people, 1, TODAY)["reason_code"].to_list() == [
        "NIK_UNKNOWN",
        None,
        "ACTIVE_ELSEWHERE",
    ]
    wrong = pl.DataFrame({"nik": [nik], "name": ["Qwertz Xyzzy Plugh"]})
    assert branch.answer(wrong, people, 1, TODAY)["reason_code"].to_list() == ["NAME_DIFFERS"]


def test_the_same_person_keeps_the_number_in_another_upload(people):
    rows = plain(people).head(50)
    one = given_for(people, rows)
    two = given_for(people, rows.reverse())
    assert dict(one.select("nik", "membership_number").iter_rows()) == dict(
        two.select("nik", "membership_number").iter_rows()
    )


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_files_are_answered_row_by_row(people, tmp_path, suffix):
    upload = tmp_path / "upload.csv"
    people.head(200).select(pl.col("nik").alias("NIK"), pl.col("name").alias("NAMA LENGKAP")).write_csv(
        upload
    )
    out = tmp_path / f"answer{suffix}"
    answer = branch.write_answer(upload, out, people, 1, TODAY)
    assert answer.height == 200
    if suffix == ".csv":
        written = pl.read_csv(out, separator=";", infer_schema=False, encoding="cp1252")
        assert written["NIK"].to_list() == answer["nik"].to_list()
        assert written["STATUS"].value_counts().height == 2
    else:
        grid = CalamineWorkbook.from_path(str(out)).get_sheet_by_index(0).to_python()
        assert [row[2] for row in grid[3:]] == answer["nik"].to_list()


def test_references_come_back_months_are_kept_and_removals_pass(people):
    known = plain(people).head(2)
    dead = people.filter(pl.col("died_on") <= TODAY).head(1)
    rows = (
        pl.concat([known, dead])
        .select("nik", "name")
        .with_columns(
            line_ref=pl.Series(["SK1/1", "SK1/2", "SK1/3"]),
            act=pl.Series(["add", "add", "remove"]),
            first_month=pl.Series(["2027-03", None, "2027-01"]),
        )
    )
    answer = branch.answer(rows, people, 1, TODAY)
    assert answer["line_ref"].to_list() == ["SK1/1", "SK1/2", "SK1/3"]
    assert answer["status"].to_list() == ["accepted"] * 3
    assert answer["start_date"].to_list() == [date(2027, 3, 1), date(2026, 12, 1), None]


def test_cover_paid_by_others_until_the_first_month_refuses(people):
    member = plain(people).head(1)
    for until, code in (("2026-12", "ACTIVE_ELSEWHERE"), ("2026-11", None)):
        paid = people.with_columns(
            active_until=pl.when(pl.col("person_id") == member["person_id"][0])
            .then(Month.parse(until).number)
            .otherwise("active_until")
        )
        assert branch.answer(member.select("nik", "name"), paid, 1, TODAY)["reason_code"].to_list() == [code]


def test_an_upload_without_names_is_named(people, tmp_path):
    (tmp_path / "u.csv").write_text("NIK;HP\n1;2\n")
    with pytest.raises(ValueError, match=r"u\.csv: no row names both"):
        branch.write_answer(tmp_path / "u.csv", tmp_path / "a.csv", people, 1, TODAY)
    with pytest.raises(ValueError, match="needs the column 'name'"):
        branch.answer(pl.DataFrame({"nik": ["1"]}), people, 1, TODAY)


BILLS = st.lists(
    st.builds(
        lambda number, amount, month, payer: {
            "code": f"26{number:09d}",
            "amount": amount,
            "due": date(2026, month, 15),
            "payer": payer,
        },
        st.integers(0, 10**9 - 1),
        st.integers(1, 10**10),
        st.integers(1, 12),
        st.sampled_from(["BPKAD", "PT CONTOH", "DESA; A"]),
    ),
    max_size=25,
    unique_by=lambda bill: bill["code"],
)


@settings(max_examples=60, deadline=None)
@given(bills=BILLS, seed=st.integers(0, 1000))
def test_what_is_paid_is_what_was_billed(bills, seed):
    owed = {bill["code"]: bill["amount"] for bill in bills}
    made = bank.lines(bills, seed)
    paid_together: dict[tuple[str, ...], int] = {}
    for line in made:
        if line.bills:
            paid_together[line.bills] = paid_together.get(line.bills, 0) + line.amount
    for codes, amount in paid_together.items():
        assert amount == sum(owed[code] for code in codes)
    once = [code for codes in paid_together for code in codes]
    assert len(once) == len(set(once))
    text = bank.statement(bills, seed)
    rows = [row.split(";") for row in text.split("\r\n")[5:] if row]
    assert all(len(row) == 5 for row in rows)
    assert [row[2] for row in rows] == [f"{line.amount:,}".replace(",", ".") + ",00" for line in made]
    assert text == bank.statement(bills, seed)


def test_some_bills_are_paid_in_parts_together_or_not_at_all():
    bills = [
        {
            "code": f"26{n:09d}",
            "amount": 1_000_000 + n,
            "due": date(2026, 1 + n % 12, 15),
            "payer": f"P{n % 9}",
        }
        for n in range(300)
    ]
    made = bank.lines(bills, 2)
    codes = [line.bills for line in made if line.bills]
    assert any(len(pays) == 2 for pays in codes)
    assert any(codes.count(pays) == 2 for pays in codes)
    assert {bill["code"] for bill in bills} - {code for pays in codes for code in pays}
    assert any(not line.bills for line in made)
