"""Files that mean harm, a thousand and more, of every kind that anybody sends: the same ones in each run."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
from PIL import Image

from tests.exchange import sheets

GOOD = [sheets.HEADER, sheets.GOOD]
SHEET = "xl/worksheets/sheet1.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
HEADS = ";".join(sheets.HEADER)


@dataclass(frozen=True)
class Hostile:
    """One file: its name (unlike any other's), the doors it is brought to first, and its content."""

    name: str
    door: str
    content: bytes


def all_files() -> Iterator[Hostile]:
    """Every file, kind by kind."""
    yield from far_cells()
    yield from odd_workbooks()
    yield from spreadsheets_of_libre_office()
    yield from archives()
    yield from old_workbooks()
    yield from damaged_ones()
    yield from texts()
    yield from amounts()
    yield from statements()
    yield from answers()
    yield from papers()
    yield from objects()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def stored(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


#: Ways to write a cell in XML: (column and row, value) -> text.
SPELLINGS = {
    "plain": '<row r="{n}"><c r="{a}{n}"><v>1</v></c></row>',
    "single": "<row r='{n}'><c r='{a}{n}'><v>1</v></c></row>",
    "line": '<row\nr="{n}"><c\nr="{a}{n}"\n><v>1</v></c></row>',
    "spaces": '<row r = "{n}"><c r  =  "{a}{n}" t="n" ><v>1</v></c ></row>',
    "lower": '<row r="{n}"><c r="{b}{n}" t="inlineStr"><is><t>x</t></is></c></row>',
    "second": '<row r="{n}"><c s="0" t="n" r="{a}{n}"><v>1</v></c></row>',
    "entities": '<row r="{n}"><c r="&#{o};{rest}{n}"><v>1</v></c></row>',
    "comment": '<row r="{n}"><!-- x --><c r="{a}{n}"><!-- y --><v>1</v></c></row>',
    "cdata": '<row r="{n}"><c r="{a}{n}" t="inlineStr"><is><t><![CDATA[x]]></t></is></c></row>',
    "no row": '<c r="{a}{n}"><v>1</v></c>',
    "no reference": '<row r="{n}"><c><v>1</v></c><c r="{a}{n}"><v>1</v></c></row>',
    "prefix": '<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="{n}">'
    '<x:c r="{a}{n}"><x:v>1</x:v></x:c></x:row>',
    "tab": '<row\tr="{n}"><c\tr="{a}{n}"\t><v>1</v></c></row>',
    "twice": '<row r="{n}"><c r="A1" r="{a}{n}"><v>1</v></c></row>',
}
CORNERS = [
    *(("XFD", "1048576"), ("A", "1048576"), ("XFD", "9"), ("ZZ", "99999"), ("AAA", "300000"), ("IV", "65536")),
    *(("XFE", "1048577"), ("A", "99999999"), ("ZZZ", "9999999"), ("AAAA", "9"), ("A", "0"), ("B", "4294967296")),
]  # fmt: skip


def far_cells() -> Iterator[Hostile]:
    """One cell far out, in every spelling, in each place where a workbook may keep its sheet."""
    base = parts(sheets.xlsx({"Data": GOOD}))
    for spelling, text in SPELLINGS.items():
        for letters, number in CORNERS:
            cell = text.format(
                a=letters, b=letters.lower(), n=number, o=ord(letters[0]), rest=letters[1:]
            ).encode()
            sheet = base[SHEET].replace(b"</sheetData>", cell + b"</sheetData>")
            yield Hostile(
                f"far-{spelling}-{letters}{number}.xlsx", "list", sheets.zipped({**base, SHEET: sheet})
            )
        yield from _elsewhere(base, spelling, text)


def _elsewhere(base: dict[str, bytes], spelling: str, text: str) -> Iterator[Hostile]:
    cell = text.format(a="XFD", b="xfd", n="1048576", o=ord("X"), rest="FD").encode()
    sheet = base[SHEET].replace(b"</sheetData>", cell + b"</sheetData>")
    rest = {name: data for name, data in base.items() if name != SHEET}
    for number, (target, name) in enumerate(
        [
            ("lembar/satu.xml", "xl/lembar/satu.xml"),
            ("/xl/satu.bin", "xl/satu.bin"),
            ("worksheets/SHEET1.XML", "xl/worksheets/SHEET1.XML"),
            ("../satu.xml", "satu.xml"),
            ("media/image1.png", "xl/media/image1.png"),
        ]
    ):
        relations = rest[RELATIONS].replace(b"worksheets/sheet1.xml", target.encode())
        moved = {**rest, RELATIONS: relations, name: sheet}
        yield Hostile(f"moved-{spelling}-{number}.xlsx", "list", sheets.zipped(moved))
    yield Hostile(f"stored-{spelling}.xlsx", "list", stored({**base, SHEET: sheet}))
    wide = b'<?xml version="1.0" encoding="UTF-16"?>' + sheet.partition(b"?>")[2]
    yield Hostile(
        f"utf16-{spelling}.xlsx", "list", sheets.zipped({**base, SHEET: wide.decode().encode("utf-16")})
    )


def odd_workbooks() -> Iterator[Hostile]:
    """Workbooks that say little and mean much: strings, styles, merges, dimensions, document types."""
    base = parts(sheets.xlsx({"Data": GOOD}))

    def changed(name: str, part: str, old: bytes, new: bytes) -> Hostile:
        return Hostile(f"{name}.xlsx", "list", sheets.zipped({**base, part: base[part].replace(old, new, 1)}))

    for number in (10_000, 1_000_000, 8_000_000):
        many = b"<si/>" * number
        yield changed(f"strings-{number}", "xl/sharedStrings.xml", b"</sst>", many + b"</sst>")
        yield changed(f"styles-{number}", "xl/styles.xml", b"</cellXfs>", b"<xf/>" * number + b"</cellXfs>")
        cells = b"".join(b'<c r="A%d"/>' % at for at in range(3, 3 + number // 10))
        yield changed(
            f"empties-{number}", SHEET, b"</sheetData>", b'<row r="3">' + cells + b"</row></sheetData>"
        )
        yield changed(f"rows-{number}", SHEET, b"</sheetData>", b"<row/>" * number + b"</sheetData>")
    for size in (40_000, 1_000_000, 30_000_000):
        one = b"<si><t>" + b"x" * size + b"</t></si></sst>"
        refers = b"".join(b'<c r="%s3" t="s"><v>16</v></c>' % bytes([65 + at]) for at in range(8))
        with_long = base["xl/sharedStrings.xml"].replace(b"</sst>", one)
        row = b'<row r="3">' + refers + b"</row></sheetData>"
        sheet = base[SHEET].replace(b"</sheetData>", row)
        yield Hostile(
            f"long-{size}.xlsx",
            "list",
            sheets.zipped({**base, "xl/sharedStrings.xml": with_long, SHEET: sheet}),
        )
        many_rows = b"".join(
            b'<row r="%d"><c r="A%d" t="s"><v>16</v></c></row>' % (at, at) for at in range(3, 3_003)
        )
        sheet = base[SHEET].replace(b"</sheetData>", many_rows + b"</sheetData>")
        yield Hostile(
            f"long-often-{size}.xlsx", "list",
            sheets.zipped({**base, "xl/sharedStrings.xml": with_long, SHEET: sheet}),
        )  # fmt: skip
    for count in (1, 1_000, 100_000):
        for ref in ("A1:XFD1048576", "G2:G1048576", "A2:H2", "XFD1048576:A1", "A1", "?:?"):
            merges = (
                b"<mergeCells>" + f'<mergeCell ref="{ref}"/>'.encode() * count + b"</mergeCells></worksheet>"
            )
            yield changed(
                f"merged-{count}-{ref.replace(':', '_').replace('?', 'q')}", SHEET, b"</worksheet>", merges
            )
    for number, ref in enumerate(
        ("A1:XFD1048576", "A1", "", "XFD1048576:A1", "A1:ZZZ99999999999", "A0:B0", "\u0661", "a1:xfd1048576")
    ):
        yield changed(f"dimension-{number}", SHEET, b'ref="A1:H2"', f'ref="{ref}"'.encode())
    kind = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
    for part in base:
        if part.endswith((".xml", ".rels")):
            declared = base[part].replace(b"?>", b"?>" + kind, 1)
            yield Hostile(
                f"doctype-{part.replace('/', '_')}.xlsx", "list", sheets.zipped({**base, part: declared})
            )
            yield Hostile(f"empty-{part.replace('/', '_')}.xlsx", "list", sheets.zipped({**base, part: b""}))
            without = {name: data for name, data in base.items() if name != part}
            yield Hostile(f"without-{part.replace('/', '_')}.xlsx", "list", sheets.zipped(without))
            half = base[part][: len(base[part]) // 2]
            yield Hostile(f"half-{part.replace('/', '_')}.xlsx", "list", sheets.zipped({**base, part: half}))
            deep = b"<a>" * 200_000
            yield Hostile(f"deep-{part.replace('/', '_')}.xlsx", "list", sheets.zipped({**base, part: deep}))
    values = ("1e999999999", "NaN", "-INF", "9" * 5_000, "1e308", "", "\u0663", "0x10", "--1", "1e-999999")
    for number, value in enumerate(values):
        for style in ("n", "s", "b", "e", "d", "str", "zz"):
            cell = f'<row r="3"><c r="B3" t="{style}"><v>{value}</v></c></row></sheetData>'.encode()
            yield changed(f"value-{number}-{style}", SHEET, b"</sheetData>", cell)
    for number in (1_001, 20_000):
        sheet_tags = b"".join(b'<sheet name="s%d" sheetId="1" r:id="rId1"/>' % at for at in range(number))
        yield changed(f"sheets-{number}", "xl/workbook.xml", b"</sheets>", sheet_tags + b"</sheets>")


def spreadsheets_of_libre_office() -> Iterator[Hostile]:
    """OpenDocument: one value said to fill very many cells and rows; spans, depth, document types."""
    base = parts(sheets.ods(GOOD))
    end = b"</table:table>"
    for count in (999, 100_000, 1_048_576, 9_999_999_999, 10**30):
        for number, row in enumerate(
            (
                '<table:table-row table:number-rows-repeated="{n}"><table:table-cell office:value-type="string">'
                "<text:p>x</text:p></table:table-cell></table:table-row>",
                '<table:table-row><table:table-cell table:number-columns-repeated="{n}" office:value-type="string">'
                "<text:p>x</text:p></table:table-cell></table:table-row>",
                '<table:table-row table:number-rows-repeated="{n}"><table:table-cell office:value-type="float" '
                'office:value="1" table:number-columns-repeated="{n}"/></table:table-row>',
                '<table:table-row table:number-rows-repeated="{n}"><table:table-cell/></table:table-row>'
                '<table:table-row><table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
                "</table:table-row>",
                '<table:table-row><table:table-cell table:number-columns-repeated="{n}"/><table:table-cell '
                'office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>',
                '<table:table-row><table:table-cell table:number-rows-spanned="{n}" office:value-type="string" '
                'table:number-columns-spanned="{n}"><text:p>x</text:p></table:table-cell></table:table-row>',
                "<table:table-row table:number-rows-repeated='{n}'><table:table-cell\noffice:value-type='string'>"
                "<text:p>x</text:p></table:table-cell></table:table-row>",
                '<table:table-row table:number-rows-repeated="-{n}"><table:table-cell><text:p>x</text:p>'
                "</table:table-cell></table:table-row>",
            )
        ):
            text = base["content.xml"].replace(end, row.format(n=count).encode() + end, 1)
            yield Hostile(
                f"repeated-{number}-{count}.ods", "list", sheets.zipped({**base, "content.xml": text})
            )
    deep = base["content.xml"].replace(end, b"<text:p>" * 100_000 + end, 1)
    kind = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    declared = base["content.xml"].replace(b"?>", b"?>" + kind, 1)
    many = base["content.xml"].replace(end, b"<table:table-row/>" * 3_000_000 + end, 1)
    for name, text in (
        ("deep", deep),
        ("doctype", declared),
        ("many", many),
        ("none", b""),
        ("half", deep[:900]),
    ):
        yield Hostile(f"{name}.ods", "list", sheets.zipped({**base, "content.xml": text}))


def archives() -> Iterator[Hostile]:
    """Zips that lie of their parts, hold too many, or hold themselves."""
    base = sheets.xlsx({"Data": GOOD})
    members = parts(base)
    for size in (100, 700, 2_000):
        yield Hostile(f"bomb-{size}.xlsx", "list", sheets.zipped({**members, SHEET: b"<a/>" * (size << 18)}))
        yield Hostile(
            f"bomb-beside-{size}.xlsx", "list", sheets.zipped({**members, "xl/x.bin": b"0" * (size << 20)})
        )
    for size in (1, 90, 150):
        yield Hostile(f"lies-{size}.xlsx", "list", sheets.lying_bomb(size))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in [*members.items(), *members.items()]:
            archive.writestr(name, data)
    yield Hostile("double.xlsx", "list", content.getvalue())
    yield Hostile(
        "many.xlsx", "list", sheets.zipped(members | {f"xl/{at}.xml": b"<a/>" for at in range(6_000)})
    )
    inner = base
    for depth in range(12):
        inner = sheets.zipped({"xl/inner.xlsx": inner} | ({} if depth % 2 else members))
        yield Hostile(f"nested-{depth}.xlsx", "list", inner)
    for name in (
        "../../etc/passwd",
        "/etc/passwd",
        "xl\\worksheets\\sheet1.xml",
        "XL/WORKSHEETS/SHEET1.XML",
        "a" * 60_000,
    ):
        yield Hostile(
            f"named-{len(name)}-{name[:3].strip('./')}.xlsx", "list", sheets.zipped(members | {name: b"<a/>"})
        )
    for tenth in range(1, 20):
        yield Hostile(f"cut-{tenth}.xlsx", "list", base[: len(base) * tenth // 20])
        yield Hostile(f"beheaded-{tenth}.xlsx", "list", base[len(base) * tenth // 20 :])
    for flag in (1, 8, 0x2000, 0xFFFF):
        at = base.rindex(b"PK\x01\x02")
        yield Hostile(f"flag-{flag}.xlsx", "list", base[: at + 8] + struct.pack("<H", flag) + base[at + 10 :])
    for method in (1, 9, 12, 14, 93, 99):
        at = base.rindex(b"PK\x01\x02")
        yield Hostile(
            f"method-{method}.xlsx", "list", base[: at + 10] + struct.pack("<H", method) + base[at + 12 :]
        )


def old_workbooks() -> Iterator[Hostile]:
    """BIFF: cells in corners, records cut, bytes turned."""
    base = sheets.xls(GOOD)
    for tenth in range(1, 30):
        yield Hostile(f"cut-{tenth}.xls", "list", base[: len(base) * tenth // 30])
    wide = sheets.xls([*GOOD, *[[""]] * 3, ["x"] * 255])
    yield Hostile("wide.xls", "list", wide)
    # LABELSST records: type, length, row, column.
    start = 0
    for number in range(24):
        at = base.find(b"\xfd\x00\x0a\x00", start)
        if at < 0:
            break
        start = at + 4
        for row, column in ((65_535, 65_535), (65_535, 255), (0, 65_535)):
            bad = base[: at + 4] + struct.pack("<HH", row, column) + base[at + 8 :]
            yield Hostile(f"corner-{number}-{row}-{column}.xls", "list", bad)
    at = base.find(b"\xfd\x00\x0a\x00")
    for index in (0, 1_000, 2**31, 2**32 - 1):
        bad = base[: at + 10] + struct.pack("<I", index) + base[at + 14 :]
        yield Hostile(f"string-{index}.xls", "list", bad)


def damaged_ones() -> Iterator[Hostile]:
    """Sound files of every kind with a few bytes turned."""
    draw = random.Random(4)
    kinds = {
        "xlsx": ("list", stored(parts(sheets.xlsx({"Data": GOOD})))),
        "xls": ("list", sheets.xls(GOOD)),
        "ods": ("list", stored(parts(sheets.ods(GOOD)))),
        "pdf": ("paper", pdf()),
        "png": ("paper", picture("PNG")),
        "jpg": ("paper", picture("JPEG")),
        "csv": ("list", "\n".join(";".join(row) for row in GOOD).encode()),
        "sta": ("statement", MT940.format(amount="150000,00").encode()),
    }
    for ending, (door, sound) in kinds.items():
        for number in range(24):
            content = bytearray(sound)
            for _ in range(draw.choice((1, 3, 20))):
                content[draw.randrange(len(content))] = draw.randrange(256)
            yield Hostile(f"turned-{number}.{ending}", door, bytes(content))


def texts() -> Iterator[Hostile]:
    """CSV: too long, too wide, too deep, of no encoding, and cells that keep an expression busy."""
    head, row = HEADS, ";".join(sheets.GOOD)
    bad = {
        "nul": f"{head}\n{row}\n".replace("Siti", "Si\0ti").encode(),
        "nuls": b"\0" * 100_000,
        "long-field": f'{head}\n"{"x" * 140_000}"\n'.encode(),
        "no-end": f'{head}\n"{row}\n{row}\n'.encode() * 3,
        "no-end-long": (f"{head}\n" + f'"{row}\n' + f"{row}\n" * 40_000).encode(),
        "wide": (f"{head}\n" + ";".join(["x"] * 3_000) + "\n").encode(),
        "very-wide": (f"{head}\n" + ";" * 5_000_000 + "\n").encode(),
        "wide-head": (";".join(f"Kolom {n}" for n in range(3_000)) + "\n").encode(),
        "box": (f"{head}\n" + ";" * 1_900 + "\n" + "a\n" * 400_000).encode(),
        "quoted-box": (f"{head}\n" + '"' + '";"' * 1_900 + '"\n' + "a\n" * 400_000).encode(),
        "lines": (head + "\n" * 3_000_000).encode(),
        "returns": (head + "\r" * 3_000_000).encode(),
        "signs": (head + "\n" + ";" * 30_000_000).encode(),
        "utf16-odd": (f"{head}\n{row}\n".encode("utf-16") + b"x"),
        "utf16-surrogates": b"\xff\xfe" + head.encode("utf-16-le") + b"\n\0" + b"\x00\xd8" * 500,
        "latin": f"{head}\n{row}\n".encode() + bytes(range(128, 256)) * 20,
        "signs-of-control": f"{head}\n{row}\n".replace("Siti", "".join(map(chr, range(1, 32)))).encode(),
        "heads": (f"{head}\n" * 20_000).encode(),
        "heads-beside": ((head + ";") * 200 + "\n").encode(),
        "same-heads": (";".join(["NIK"] * 1_500) + "\n").encode(),
        "only-head": head.encode(),
        "sep": b"sep=;\n" * 10_000,
        "wrapped": "\n".join('"' + '""' * depth + "a,b" for depth in range(2_000)).encode(),
        "html": b"<table><tr><td>" * 50_000,
        "tags": b"<" * 200_000,
        "comments": b"<!--" * 50_000,
        "instructions": b"<?x " * 50_000,
    }
    for name, content in bad.items():
        yield Hostile(f"{name}.csv", "list", content)
    busy = {
        "digits": "9" * 32_000, "spaces": " " * 32_000 + "x", "dots": "." * 32_000, "dashes": "1-" * 16_000,
        "words": "ab " * 10_000, "titles": "S.Pd., M.Si., " * 2_000, "bin": "bin " * 8_000, "quotes": "'" * 32_000,
        "slashes": "1/" * 16_000, "arabic": "\u0661" * 10_000, "rt": "RT " * 10_000, "exponent": "1e" + "9" * 30_000,
        "wide": "\uff11" * 10_000, "marks": "a" + "\u0301" * 15_000, "formula": "=1+" * 10_000,
    }  # fmt: skip
    for word, value in busy.items():
        for column in range(1, 8):
            cells = list(sheets.GOOD)
            cells[column] = value
            yield Hostile(f"busy-{word}-{column}.csv", "list", f"{head}\n{';'.join(cells)}\n".encode())


#: Numbers that are none, or of which the conversion would not end.
NUMBERS = (
    *("1e99999999", "1e999999", "1E+999999999", "Infinity", "-Infinity", "NaN", "sNaN", "9" * 25, "9" * 5_000, "9" * 200_000),
    *("0." + "9" * 5_000, "1e-99999999", "-0", "", " ", "1,5", "1.000.000,00,00", "0x10", "\u0661\u0662", "1_000", "++1", "1e", "e1"),
    *("99999999999999999", "100000000000000001", "-99999999999999999999", "1" + "0" * 4_299, "1" + "0" * 4_300),
)  # fmt: skip
CAMT = (
    '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
    "<Stmt>{entries}</Stmt></BkToCstmrStmt></Document>"
)
ENTRY = (
    '<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt>'
    "<NtryDtls><TxDtls><RmtInf><Ustrd>{words}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
)
MT940 = ":20:START\n:25:1/2\n:28C:1/1\n:60F:C261101IDR0,\n:61:2611011101D{amount}NTRFNONREF\n:86:BAYAR\n:62F:C261101IDR0,\n-\n"


def entry(amount: str = "1000", day: str = "2026-11-01", words: str = "x", currency: str = "IDR") -> str:
    return ENTRY.format(amount=amount, day=day, words=words, currency=currency)


def amounts() -> Iterator[Hostile]:
    """Amounts in each format of a bank."""
    for number, amount in enumerate(NUMBERS):
        yield Hostile(f"amount-{number}.xml", "statement", CAMT.format(entries=entry(amount)).encode())
        yield Hostile(f"amount-{number}.sta", "statement", MT940.format(amount=amount).encode())
        for form, line in {
            "out": f"01/11/2026;BAYAR;{amount};0",
            "in": f"01/11/2026;BAYAR;0;{amount}",
            "day": f"{amount};BAYAR;1000;0",
            "words": f"01/11/2026;{amount};1000;0",
        }.items():
            text = f"Tanggal;Keterangan;Debet;Kredit\n{line}\n"
            yield Hostile(f"amount-{form}-{number}.csv", "statement", text.encode())


def statements() -> Iterator[Hostile]:
    """Statements of no end, no depth, no day."""
    kind = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    whole = CAMT.format(entries=entry())
    for name, text in {
        "deep": CAMT.format(entries="<a>" * 300_000),
        "deep-closed": CAMT.format(entries="<a>" * 100_000 + "</a>" * 100_000),
        "doctype": whole.replace("?>", f"?>{kind}"),
        "many": CAMT.format(entries=entry() * 40_000),
        "words": CAMT.format(entries=entry(words="x" * 9_000_000)),
        "attributes": CAMT.format(entries="<a " + " ".join(f"a{n}='1'" for n in range(100_000)) + "/>"),
        "half": whole[: len(whole) // 2],
        "currency": CAMT.format(entries=entry(currency="\u0130DR")),
        **{f"day-{n}": CAMT.format(entries=entry(day=day)) for n, day in enumerate(DAYS)},
    }.items():
        yield Hostile(f"{name}.xml", "statement", text.encode("utf-8", "replace"))
    for name, text in {
        "fields": MT940.format(amount="1,00") * 3_000,
        "long-words": MT940.format(amount="1,00").replace("BAYAR", "x" * 3_000_000),
        "tags": ":20:" + ":61:" * 100_000,
        "no-balance": ":20:START\n:61:2611011101D1,00NTRFNONREF\n:86:x\n",
        "only": ":20:START\n:61:\n",
        "subfields": MT940.format(amount="1,00").replace("BAYAR", "?20" * 100_000),
        **{f"day-{n}": MT940.format(amount="1,00").replace("261101", day) for n, day in enumerate(DAYS)},
    }.items():
        yield Hostile(f"{name}.sta", "statement", text.encode("utf-8", "replace"))
    head = "Tanggal;Keterangan;Debet;Kredit\n"
    for name, text in {
        "field": head + f'01/11/2026;"{"x" * 131_073}";1;0\n',
        "quote": head + '01/11/2026;"x;1;0\n' * 30_000,
        "many": head + "01/11/2026;x;1;0\n" * 60_000,
        "cells": head + ";" * 8_000_000,
        "heads": head * 30_000,
        "words": head + f"01/11/2026;{'BILL ' * 20_000};1000;0\n",
        "nul": head + "01/11/2026;a\0b;1000;0\n" + "x" * 5_000,
        "kilo": head + "01/11/2026;x;1000;0\n" + "SGD " * 100_000,
        **{f"day-{n}": f"{head}{day};x;1000;0\n" for n, day in enumerate(DAYS)},
    }.items():
        yield Hostile(f"bank-{name}.csv", "statement", text.encode("utf-8", "replace"))


DAYS = ("0000-00-00", "9999-12-31", "99999-01-01", "2026-02-30", "\u0662\u0660\u0662\u0666-01-01", "1" * 5_000, "-1", "0001-01-01",
        "2026-11-01T00:00:00+99:99", "000000", "999999", "31/02/2026", "1/1/1", "32-13-9999")  # fmt: skip


def answers() -> Iterator[Hostile]:
    """Answers of the branch."""
    heads = ["NO REFERENSI", "NIK", "NAMA", "STATUS", "NO PESERTA", "ALASAN", "TMT"]
    sound = ["U1-1", "6571014508680001", "Siti", "DITERIMA", "12345678901", "", "01-12-2026"]
    for column in range(7):
        for number, value in enumerate(
            (
                "9" * 5_000,
                "x" * 30_000,
                "\x0b",
                "a\ud7ffb",
                "1e999",
                "=1+1",
                "U" + "9" * 30,
                "-" * 20_000,
                "31-12-9999",
            )
        ):
            cells = list(sound)
            cells[column] = value
            text = "\n".join(";".join(row) for row in (heads, cells))
            yield Hostile(f"answer-{column}-{number}.csv", "answer", text.encode())
    for name, content in {
        "nul": ";".join(heads).encode() + b"\n" + b"U1-1;\0" * 5,
        "nul-far": ";".join(heads).encode() + b"\n" + b"U1-1;;;;;;\n" * 500 + b"U1-1;\0;;DITERIMA;;;\n",
        "quote": (";".join(heads) + '\n"' + "x" * 140_000).encode(),
        "many": (";".join(heads) + "\n" + ";".join(sound) + "\n").encode() * 20_000,
        "cells": ";".join(heads).encode() + b"\n" + b";" * 8_000_000,
        "far": sheets.with_cell("XFD1048576"),
        "cut": sheets.xls([heads, sound])[:3_000],
    }.items():
        yield Hostile(f"answer-{name}.csv", "answer", content)


def pdf(pages: int = 1, **root: object) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(200, 200))
    for key, value in root.items():
        document.Root["/" + key] = value
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def picture(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind)
    return out.getvalue()


def png(width: int, height: int, depth: int = 8, colour: int = 2, packed: bytes = b"") -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def papers() -> Iterator[Hostile]:
    """PDF and pictures: bombs, cut ones, ones that point in circles or nest without end."""
    much = zlib.compress(b"\0" * 300_000_000, 9)
    sound = pdf()
    for number, (width, height) in enumerate(
        [(60_000, 60_000), (2**31 - 1, 1), (1, 2**31 - 1), (0, 0), (7_000, 7_000), (9_999, 5_000)]
    ):
        for depth, colour in ((8, 2), (16, 6), (1, 0), (8, 3), (3, 9)):
            yield Hostile(
                f"size-{number}-{depth}-{colour}.png", "paper", png(width, height, depth, colour, much)
            )
    nested = b"[" * 50_000 + b"]" * 50_000
    bodies = {
        "nested": nested, "dictionaries": b"<</A " * 30_000 + b"1" + b">>" * 30_000, "circle": b"1 0 R",
        "number": b"9" * 100_000, "name": b"/" + b"x" * 1_000_000, "string": b"(" * 100_000,
    }  # fmt: skip
    for name, body in bodies.items():
        text = b"%PDF-1.7\n1 0 obj\n" + body + b"\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF"
        yield Hostile(f"{name}.pdf", "paper", text)
        tree = (
            b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R/X "
            + body
            + b">>\nendobj\n2 0 obj\n<</Type/Pages/Kids[2 0 R]/Count 1>>\nendobj\ntrailer\n<</Root 1 0 R>>"
        )
        yield Hostile(f"tree-{name}.pdf", "paper", tree)
    for tenth in range(1, 10):
        yield Hostile(f"cut-{tenth}.pdf", "paper", sound[: len(sound) * tenth // 10])
        for kind in ("PNG", "JPEG"):
            whole = picture(kind, (900, 700))
            yield Hostile(f"cut-{tenth}.{kind.lower()}", "paper", whole[: len(whole) * tenth // 10])
    yield Hostile("pages.pdf", "paper", pdf(2_000))
    yield Hostile("nothing.pdf", "paper", b"%PDF-")
    yield Hostile("nothing.png", "paper", b"\x89PNG\r\n\x1a\n")
    yield Hostile("nothing.jpg", "paper", b"\xff\xd8\xff")
    stream = pikepdf.new()
    stream.add_blank_page()
    for times in (1, 2):
        packed = much
        for _ in range(times - 1):
            packed = zlib.compress(packed, 9)
        made = pikepdf.Stream(stream, packed)
        made.Filter = pikepdf.Array([pikepdf.Name.FlateDecode] * times)
        stream.Root.X = stream.make_indirect(made)
        out = io.BytesIO()
        stream.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        yield Hostile(f"stream-{times}.pdf", "paper", out.getvalue())


def objects() -> Iterator[Hostile]:
    """JSON of funds and models, tables of commands and plans by hand."""
    fund = {
        "id": "h-1",
        "name": "H",
        "kind": "csr",
        "payer": "PT H",
        "cash": [["2027-01", 1]],
        "valid": ["2027-01", "2027-12"],
    }
    for name, text in {
        "brackets": "[" * 100_000, "closed": "[" * 100_000 + "]" * 100_000, "objects": '{"a":' * 100_000, "nothing": "",
        "number": "9" * 5_000, "exponent": "[1e999999999]", "nan": "[NaN]", "null": "null", "strings": '["' + "x" * 3_000_000 + '"]',
        "surrogate": '[{"id": "\\ud800"}]', "nul": '[{"id": "\\u0000"}]', "twice": '[{"id":1,"id":2}]', "latin": "[\xe9", "list": "[1, 2]",
        **{f"amount-{n}": json.dumps([{**fund, "cash": [["2027-01", value]]}]) for n, value in enumerate(("x", 1e308, -1, 10**30, None, [], {}, "9" * 5_000))},
        **{f"month-{n}": json.dumps([{**fund, "valid": [value, value]}]) for n, value in enumerate(("x", "9999-99", "0000-00", "2027-13", None, 5, "1" * 5_000))},
        **{f"key-{key}": json.dumps([{**fund, key: value}]) for key in fund for value in (["deep", {"a": 1}],)},
        **{f"term-{key}": json.dumps([{**fund, key: value}]) for key, value in {"regions": 5, "min_age": "x", "max_age": 10**30, "trades": "x", "sex": [], "exact_people": "9" * 5_000, "package_months": -1}.items()},
    }.items():  # fmt: skip
        yield Hostile(f"{name}.json", "object", text.encode("latin-1", "replace"))
    for name, content in {
        "text": b"abc", "half.parquet": b"PAR1" + b"\xff" * 200, "tail.parquet": b"PAR1\xff\xff\xff\x7fPAR1",
        "nul.csv": b"person,fund\0\n1,2\n" * 3, "quote.csv": b'person,fund,first_month,last_month\n"1,2\n' * 900,
        "wide.csv": b"," * 200_000 + b"\n1", "numbers.csv": b"person,fund,first_month,last_month\n" + b"9" * 5_000 + b",a,b,c\n",
        "months.csv": b"nik,fund,first_month,last_month\n6571014508680001,a,9999-99,0000-00\n",
        "same.csv": b"nik,nik,nik\n1,2,3\n", "blank.csv": b"\n\n\n", "latin.csv": b"person,fund\n\xff\xfe,\xe9\n",
    }.items():  # fmt: skip
        yield Hostile(f"table-{name}", "table", content)
