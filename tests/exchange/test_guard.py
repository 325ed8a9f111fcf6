"""Sheets are measured before they are opened: whatever the spelling of a cell far out, and wherever its sheet is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.exchange import bank, branch_answer, guard, tables
from payung.exchange.guard import Limits, UnreadableFile
from payung.exchange.sheet_xml import NotXml, OdsCells, TooFar, measure
from tests.exchange import sheets
from tests.hostile import files
from tests.hostile.files import CORNERS, SPELLINGS

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="x"><sheetData>'
TAIL = "</sheetData></worksheet>"
#: Corners that a sheet can have, beyond what may be.
FAR = [corner for corner in CORNERS if corner in (("XFD", "1048576"), ("ZZ", "99999"), ("AAA", "300000"))]


def written(spelling: str, letters: str, number: str) -> str:
    return SPELLINGS[spelling].format(
        a=letters, b=letters.lower(), n=number, o=ord(letters[0]), rest=letters[1:]
    )


def refused(text: str, most: int = 6_000_000, size: int = 1 << 20) -> bool:
    content = text.encode()
    try:
        measure(lambda: (content[at : at + size] for at in range(0, len(content), size)), most)
    except (TooFar, NotXml):
        return True
    return False


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(("letters", "number"), FAR)
def test_a_cell_far_out_is_found_in_every_spelling(spelling: str, letters: str, number: str) -> None:
    # Of an attribute that stands twice readers take the first.
    assert refused(HEAD + written(spelling, letters, number) + TAIL) == (spelling != "twice")
    assert not refused(HEAD + written(spelling, "H", "9") + TAIL)


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(SPELLINGS.keys() - {"twice", "no reference"})), st.integers(1, 900),
                  st.integers(1, 9_999)),
        min_size=1, max_size=6,
    ),
    st.sampled_from([7, 64, 1 << 20]),
)  # fmt: skip
def test_the_box_is_what_its_cells_span(cells: list[tuple[str, int, int]], size: int) -> None:
    text = HEAD + "".join(written(how, letters_of(column), str(row)) for how, column, row in cells) + TAIL
    rows, columns = max(row for *_, row in cells), max(column for _, column, _ in cells)
    # The quick look takes any sheet for 26 columns wide.
    box = max(rows * max(columns, 26), len(cells))
    assert not refused(text, most=box, size=size)
    assert refused(text, most=max(rows * columns, len(cells)) - 1, size=size)


def letters_of(number: int) -> str:
    letters = ""
    while number:
        number, last = divmod(number - 1, 26)
        letters = chr(65 + last) + letters
    return letters


@pytest.mark.parametrize("text", [
    '<row r="1"><c r="XFD1048576" s="1"/></row>', '<row r="1048576" s="1"/>', '<cols><col min="1" max="16384"/></cols>',
    '<c r="A1"><v>1</v></c>', '<row><c><v>1</v></c><c><v>2</v></c></row>', "<sheetData/>", '<x:c xmlns:x="y" r="XFD1048576"/>',
])  # fmt: skip
def test_what_holds_nothing_takes_no_room(text: str) -> None:
    assert not refused(HEAD + text + TAIL, most=26 * 100_000)


@pytest.mark.parametrize("text", [
    "<c", "<a>" * 300, "<!DOCTYPE x><a/>", '<!DOCTYPE x [<!ENTITY y "z">]><a>&y;</a>', "<a>&y;</a>", "\0", "<a/><!--",
    '<c r="A99999999"><v/></c>', '<c r=""><v/></c>', '<c r="AAAA1"><v/></c>', '<c r="1"><v/></c>', '<row r="9999999999999"/>', "<a b=c/>",
])  # fmt: skip
def test_what_is_no_sheet_is_refused(text: str) -> None:
    # Such text after what could be plain is read by the strict reader, which refuses it.
    assert refused(f"<x:a xmlns:x='y'>{text}</x:a>")


@pytest.mark.parametrize(("row", "far"), [
    ('<t:table-row t:number-rows-repeated="{n}"><t:table-cell o:value-type="string"/></t:table-row>', True),
    ('<t:table-row><t:table-cell t:number-columns-repeated="{n}" o:value-type="string"/></t:table-row>', True),
    ("<t:table-row t:number-rows-repeated='{n}'><t:table-cell><p>x</p></t:table-cell></t:table-row>", True),
    ('<t:table-row t:number-rows-repeated="{n}"/><t:table-row><t:table-cell><p>x</p></t:table-cell></t:table-row>', True),
    ('<t:table-row><t:table-cell t:number-columns-repeated="{n}"/><t:table-cell><p>x</p></t:table-cell></t:table-row>', True),
    ('<t:table-row t:number-rows-repeated="{n}"><t:table-cell t:number-columns-repeated="{n}"/></t:table-row>', False),
    ('<t:table-row><t:table-cell o:value-type="string"/></t:table-row><t:table-row t:number-rows-repeated="{n}"/>', False),
])  # fmt: skip
@pytest.mark.parametrize("number", [7_000_000, 999_999_999])
def test_repeated_cells_count_as_what_they_fill(row: str, far: bool, number: int) -> None:
    text = f"<t:table xmlns:t='a' xmlns:o='b'>{row.format(n=number)}</t:table>".encode()
    found = False
    try:
        OdsCells(6_000_000).read([text])
    except TooFar:
        found = True
    assert found == far


@pytest.mark.parametrize("name", ["moved-single-0.xlsx", "moved-lower-1.xlsx", "moved-plain-3.xlsx", "moved-prefix-4.xlsx",
                                  "moved-line-2.xlsx", "stored-tab.xlsx", "utf16-plain.xlsx"])  # fmt: skip
def test_every_sheet_that_the_workbook_names_is_measured(name: str) -> None:
    content = next(file.content for file in files.far_cells() if file.name == name)
    with pytest.raises(UnreadableFile) as told:
        guard.kind_of(content, name, Limits())
    assert told.value.code in ("too_large", "damaged")


def test_two_parts_of_one_name_are_refused() -> None:
    base = files.parts(sheets.xlsx({"Data": files.GOOD}))
    for other in ("XL/worksheets/SHEET1.xml", "xl\\worksheets\\sheet1.xml", "/xl/worksheets/sheet1.xml"):
        with pytest.raises(UnreadableFile):
            guard.kind_of(sheets.zipped({**base, other: b"<a/>"}), "x", Limits())


@pytest.mark.parametrize("text", [
    *("a;b\n" * 200, "NIK;Nama" + ";" * 200), '"' + "x" * 140_000 + '"', "NIK;Nama\n" + "9" * 40_000 + ";x\n",
    'NIK;Nama\n"' + "9" * 40_000 + '";x\n', "NIK;Nama" + ";" * 30 + "\n" + "1;2\n" * 20,
    "NIK;Nama\n" + ";".join("x" * 30) + "\n", '"NIK";Nama\n' + ";".join("x" * 30) + "\n",
])  # fmt: skip
def test_a_csv_beyond_a_limit_is_refused_with_the_limit(text: str) -> None:
    limits = Limits(rows=-200 if text.startswith("a;b") else 1_000, columns=20, csv_cells=250)
    with pytest.raises(UnreadableFile) as told:
        tables.read_here(text.encode(), "x.csv", limits)
    assert told.value.code == "too_large"
    assert any(sign.isdigit() for sign in told.value.message_id)


def test_a_long_cell_is_named_by_its_row() -> None:
    text = "NIK;Nama\n1;a\n2;b\n3;" + "x" * 40_000 + "\n"
    for content in (text, text.replace("\n1", '\n"1"')):
        with pytest.raises(UnreadableFile, match="Row 4 "):
            tables.read_here(content.encode(), "x.csv", Limits())


def test_a_million_rows_of_few_columns_are_read() -> None:
    text = "NIK;Nama\n" + "6571014508680001;Siti\n" * 1_000_000
    assert tables.read_file(text.encode(), name="x.csv").tables[0].rows.height == 1_000_000


AMOUNTS = [file for file in files.amounts() if file.name.split("-")[0] == "amount"]


@pytest.mark.parametrize("file", AMOUNTS[:: len(AMOUNTS) // 60], ids=lambda file: file.name)
def test_no_amount_keeps_a_reader_busy(file: files.Hostile) -> None:
    try:
        statement = bank.read_here(file.content, file.name)
    except (UnreadableFile, ValueError) as error:
        assert str(error)
    else:
        assert all(abs(line.amount) <= 10**17 for line in statement.lines)


@pytest.mark.parametrize("file", [*files.answers()][::4], ids=lambda file: file.name)
def test_every_answer_is_read_or_refused(file: files.Hostile) -> None:
    import datetime

    try:
        branch_answer.read_answer(file.content, today=datetime.date(2026, 12, 1), name=file.name)
    except UnreadableFile as error:
        assert error.message("id")
