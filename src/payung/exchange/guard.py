"""Looks at a file before it is opened: what it is, and whether opening it could hurt."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Literal

Kind = Literal["xlsx", "xls", "ods", "csv"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFERENCE = re.compile(rb' r="([A-Z]{1,3})(\d{1,7})"')
#: A cell beyond column Z that is not an empty one (`<c r="AB7" s="3"/>`).
_WIDE_CELL = re.compile(rb' r="([A-Z]{2,3})\d{1,7}"[^>]*(?<!/)>')
#: OpenDocument: one value said to fill very many cells or rows.
_REPEATED_VALUE = re.compile(
    rb'number-columns-repeated="\d{4,}"[^>]*office:value-type'
    rb'|office:value-type[^>]*number-columns-repeated="\d{4,}"'
    rb'|number-rows-repeated="\d{5,}"[^>]*>\s*<table:table-cell[^>]*office:value-type'
)


#: How much of a text file tells what it is: style sheets come before the first table.
_LOOKED_AT = 65_536
_HTML_TAGS = (
    r"html|head|body|title|meta|link|base|style|script|table|thead|tbody|tr|td|th|caption|colgroup|col|div|span|center|font"
    r"|form|br|hr|p|b|i|u|h[1-6]|pre|a|img|input|section|main|article|nav|header|footer|strong|em|small|ul|ol|li|xmp|label"
)
#: Comments, declarations and processing instructions may stand before the first tag.
_BEFORE = r"(?:\s|<!--(?:(?!-->).)*-->|<\?(?:(?!\?>).)*\?>|<!\[[^>]{0,400}>)*"
_TAG_FIRST = re.compile(
    rf"{_BEFORE}<(?:!doctype\s+html|\s*/?\s*(?:{_HTML_TAGS})\b[^>]{{0,4000}}>)", re.DOTALL
)
_TABLE_TAG = re.compile(r"<\s*table\b[^>]{0,400}>\s*(?:<[^>]{1,400}>\s*){0,8}?<\s*t[dhr]\b")
#: The head of a saved web archive: lines like those of a letter.
_ARCHIVE = re.compile(
    r"(?:(?:mime-version|from|subject|date|to|content-[a-z-]+|snapshot-[a-z-]+|x-[a-z-]+)\s*:)"
)
_XML = re.compile(r"<\?xml\b|<\s*(?:[a-z]+:)?(?:workbook|worksheet|document)\b[^>]{0,400}xmlns")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may hold: bytes as sent, bytes unpacked, cells of one sheet's bounding box."""

    file_bytes: int = 100 * 1024 * 1024
    unpacked_bytes: int = 1024 * 1024 * 1024
    cells: int = 30_000_000
    ratio: int = 400


class UnreadableFile(Exception):
    """A file that cannot be taken in, with one sentence in Indonesian and one in English.

    `code`: missing, empty, encrypted, too_large, bomb, damaged, html, format, no_header, columns.
    """

    def __init__(self, code: str, message_id: str, message_en: str) -> None:
        super().__init__(message_en)
        self.code = code
        self.message_id = message_id
        self.message_en = message_en

    def message(self, language: Literal["id", "en"] = "id") -> str:
        """The sentence for the sender."""
        return self.message_id if language == "id" else self.message_en


def damaged() -> UnreadableFile:
    """The refusal of a file that its format's reader cannot open."""
    return UnreadableFile(
        "damaged",
        "Berkas rusak atau bukan lembar kerja; buka dengan Excel, simpan sebagai .xlsx, lalu kirim lagi.",
        "The file is damaged or no spreadsheet; open it in Excel, save it again as .xlsx and send it again.",
    )


def encrypted() -> UnreadableFile:
    """The refusal of a file behind a password."""
    return UnreadableFile(
        "encrypted",
        "Berkas dikunci kata sandi; hapus kata sandinya lalu kirim lagi.",
        "The file is locked with a password; remove the password and send it again.",
    )


def _bomb() -> UnreadableFile:
    return UnreadableFile(
        "bomb",
        "Isi berkas jauh lebih besar daripada ukurannya dan tidak dibuka; salin datanya ke berkas baru.",
        "The file unpacks to far more than its size and was not opened; copy the data to a new file.",
    )


def too_large(limit: str) -> UnreadableFile:
    """The refusal of a file over a limit, named in `limit`."""
    return UnreadableFile(
        "too_large",
        f"Berkas terlalu besar (batas {limit}); bagi menjadi beberapa berkas.",
        f"The file is too large (limit {limit}); split it into several files.",
    )


def kind_of(content: bytes, name: str, limits: Limits) -> Kind:
    """What `content` is, by its first bytes (a name can lie). Raises UnreadableFile."""
    if not content.strip(b"\x00\r\n\t ;,\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile("empty", "Berkas kosong.", "The file is empty.")
    if len(content) > limits.file_bytes:
        raise too_large(f"{limits.file_bytes // (1024 * 1024)} MB")
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise encrypted()
        return "xls"
    if content.startswith(b"PK"):
        return _zipped(content, limits)
    as_text = _beginning(content)
    if _is_web_page(as_text):
        raise UnreadableFile(
            "html",
            "Berkas ini halaman web yang dinamai lembar kerja; buka dengan Excel dan simpan sebagai .xlsx.",
            "This file is a web page named as a spreadsheet; open it in Excel and save it as .xlsx.",
        )
    if _XML.match(as_text):
        raise UnreadableFile(
            "format",
            "Berkas ini XML, bukan .xlsx atau .xls; buka dengan Excel dan simpan sebagai .xlsx.",
            "This file is XML, not .xlsx or .xls; open it in Excel and save it as .xlsx.",
        )
    head = content[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"%pdf", b"\x89png", b"\xff\xd8", b"{\\rtf", b"rar!", b"7z\xbc\xaf")):
        raise UnreadableFile(
            "format",
            "Jenis berkas ini tidak dapat dibaca; kirim .xlsx, .xls, .ods, atau .csv.",
            "This kind of file cannot be read; send .xlsx, .xls, .ods or .csv.",
        )
    return "csv"


def _beginning(content: bytes) -> str:
    """The beginning of a text file in small letters, whatever its encoding, from its first sign on."""
    wide = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
    if not wide and content[:200].count(0) > len(content[:200]) // 4:
        wide = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
    return (
        content[:_LOOKED_AT]
        .decode(wide or "latin-1", errors="ignore")
        .lower()
        .lstrip("\xef\xbb\xbf\ufeff \r\n\t\0\xa0")
    )


def _is_web_page(text: str) -> bool:
    """Whether text is HTML or a web archive (MHTML), in any of the pieces that programs save as .xls.

    Anything that begins with a tag of HTML; a table after other words, as of a program's warning; not XML of
    another kind.
    """
    if _ARCHIVE.match(text) and ("multipart/related" in text or "text/html" in text):
        return True
    return bool(_TAG_FIRST.match(text)) or bool(_TABLE_TAG.search(text))


def _zipped(content: bytes, limits: Limits) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {info.filename: info for info in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise damaged() from error
    names = set(members)
    if any(info.flag_bits & 1 for info in members.values()):
        raise encrypted()
    left = limits.unpacked_bytes
    for info in members.values():
        sheet = info.filename.startswith("xl/worksheets/") or info.filename == "content.xml"
        left -= _unpack(content, info, left, limits, look=sheet)
    if any(name.startswith("xl/") for name in names):
        if any(name.endswith("workbook.bin") for name in names):
            raise UnreadableFile(
                "format",
                "Berkas .xlsb tidak dapat dibaca; simpan sebagai .xlsx.",
                "An .xlsb file cannot be read; save it as .xlsx.",
            )
        return "xlsx"
    if "content.xml" in names:
        if "META-INF/manifest.xml" in names:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                    raise encrypted()
        return "ods"
    raise UnreadableFile(
        "format",
        "Jenis berkas ini tidak dapat dibaca; kirim .xlsx, .xls, .ods, atau .csv.",
        "This kind of file cannot be read; send .xlsx, .xls, .ods or .csv.",
    )


def _unpack(content: bytes, info: zipfile.ZipInfo, left: int, limits: Limits, *, look: bool) -> int:
    """Unpacks one member to nowhere and gives its true size: the size it declares may be a lie.

    With `look`, also measures the sheet's bounding box, which the reader would hold in memory whole:
    one stray cell at XFD1048576 asks for seventeen thousand million of them.
    """
    header = info.header_offset
    start = header + 30 + int.from_bytes(content[header + 26 : header + 28], "little")
    start += int.from_bytes(content[header + 28 : header + 30], "little")
    packed = memoryview(content)[start : start + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        box = _Box(limits)
        if look:
            box.see(bytes(packed))
        if len(packed) > left:
            raise too_large(f"{limits.unpacked_bytes // (1024 * 1024)} MB")
        return len(packed)
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise damaged()
    unpacker, size, box = zlib.decompressobj(-15), 0, _Box(limits)
    waiting = bytes(packed)
    try:
        while waiting and not unpacker.eof:
            piece = unpacker.decompress(waiting, 1 << 20)
            waiting = unpacker.unconsumed_tail
            size += len(piece)
            if size > left or (size > (64 << 20) and size > limits.ratio * max(info.compress_size, 1)):
                raise _bomb()
            if look:
                box.see(piece)
    except zlib.error as error:
        raise damaged() from error
    return size


class _Box:
    """The bounding box of a sheet's filled cells, from its XML as it streams by."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.rows, self.columns = 1, 26
        self.tail = b""

    def see(self, piece: bytes) -> None:
        """Looks at the next piece of XML. Raises UnreadableFile where the box grows over the limit."""
        text = self.tail + piece
        self.tail = piece[-400:]
        if _REPEATED_VALUE.search(text):
            raise _bomb()
        # Rows stand in order, so the last filled cell of each piece tells how far down they go.
        closing = text.rfind(b"c>")
        opening = text.rfind(b' r="', 0, closing) if closing > 0 else -1
        found = _REFERENCE.match(text, opening) if opening >= 0 else None
        if found:
            self.rows = max(self.rows, int(found[2]))
        for letters in set(_WIDE_CELL.findall(text)):
            column = 0
            for letter in letters:
                column = column * 26 + letter - 64
            self.columns = max(self.columns, column)
        if self.rows * self.columns > self.limits.cells:
            raise too_large(f"{self.limits.cells:,} sel/cells".replace(",", "."))
