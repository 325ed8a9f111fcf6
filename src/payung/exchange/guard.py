"""Looks at a file before it is opened: what it is, and whether opening it could hurt."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from payung.exchange import sheet_xml
from payung.sandbox import Ended, run

Kind = Literal["xlsx", "xls", "ods", "csv"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

#: How much of a zip's part is read, and unpacked, at a time.
_READ, _PIECE = 1 << 16, 1 << 20
_DOCUMENT_TYPES = [
    sign.encode(code) for sign in ("<!DOCTYPE", "<!ENTITY") for code in ("ascii", "utf-16-le", "utf-16-be")
]
#: How large the parts may be that only name others.
_SMALL = 16 * 1024 * 1024
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
    """How much one file may hold.

    Bytes as sent and unpacked, and how far they may unpack (`ratio`, beyond 64 MB); cells of the box that a workbook's
    sheet fills, and of a CSV file; rows and columns of one sheet; signs of one cell (Excel's own limit); sheets; parts
    of a zip.
    """

    file_bytes: int = 100 * 1024 * 1024
    unpacked_bytes: int = 768 * 1024 * 1024
    cells: int = 6_000_000
    csv_cells: int = 20_000_000
    rows: int = 1_048_576
    columns: int = 2_000
    field: int = 32_767
    sheets: int = 1_000
    parts: int = 5_000
    ratio: int = 400


class UnreadableFile(Exception):
    """A file that cannot be taken in, with one sentence in Indonesian and one in English.

    `code`: missing, empty, encrypted, too_large, bomb, damaged, html, format, no_header, columns, ended, busy.
    """

    def __init__(self, code: str, message_id: str, message_en: str) -> None:
        super().__init__(message_en)
        self.code = code
        self.message_id = message_id
        self.message_en = message_en

    def __reduce__(self) -> tuple[type[UnreadableFile], tuple[str, str, str]]:
        return type(self), (self.code, self.message_id, self.message_en)

    def message(self, language: Literal["id", "en"] = "id") -> str:
        """Return the sentence for the sender."""
        return self.message_id if language == "id" else self.message_en


def damaged() -> UnreadableFile:
    """Return the refusal of a file that its format's reader cannot open."""
    return UnreadableFile(
        "damaged",
        "Berkas rusak atau bukan lembar kerja; buka dengan Excel, simpan sebagai .xlsx, lalu kirim lagi.",
        "The file is damaged or no spreadsheet; open it in Excel, save it again as .xlsx and send it again.",
    )


def encrypted() -> UnreadableFile:
    """Return the refusal of a file behind a password."""
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
    """Return the refusal of a file over a limit, named in `limit`."""
    return UnreadableFile(
        "too_large",
        f"Berkas terlalu besar (batas {limit}); bagi menjadi beberapa berkas.",
        f"The file is too large (limit {limit}); split it into several files.",
    )


def too_many_cells(limit: int) -> UnreadableFile:
    """Return the refusal of a sheet over a limit of cells."""
    return too_large(f"{limit:,} sel/cells".replace(",", "."))


def too_many_rows(limit: int) -> UnreadableFile:
    """Return the refusal of a file over a limit of rows, which differs between pages and commands."""
    most = f"{limit:,}".replace(",", ".")
    return UnreadableFile(
        "too_large",
        f"Berkas berisi lebih dari {most} baris; bagi menjadi beberapa berkas, atau minta pengelola server memuatnya "
        "dengan perintah payung intake.",
        f"The file holds more than {most} rows; split it into several files, or ask whoever runs the server to load it "
        "with the command payung intake.",
    )


def too_long(row_no: int, limit: int) -> UnreadableFile:
    """Return the refusal of a cell over the limit of signs, in the 1-based row `row_no`."""
    return UnreadableFile(
        "too_large",
        f"Baris {row_no} berisi sel lebih dari {limit:,} tanda; perbaiki sel itu (mungkin tanda kutip yang tidak "
        "ditutup) lalu kirim lagi.".replace(",", "."),
        f"Row {row_no} holds a cell of more than {limit:,} signs; mend it (perhaps a quote that is not closed) and "
        "send the file again.",
    )


def ended(error: Ended) -> UnreadableFile:
    """Return the refusal of a file whose reader was ended, or ended itself; see `payung.sandbox`."""
    if error.why == "busy":
        return UnreadableFile(
            "busy",
            "Berkas lain sedang dibaca; tunggu sebentar lalu kirim lagi.",
            "Other files are being read; wait a moment and send it again.",
        )
    if error.why == "crash":
        return damaged()
    return UnreadableFile(
        "ended",
        "Berkas ini memerlukan lebih banyak memori atau waktu daripada yang diizinkan dan tidak dibaca; salin datanya "
        "ke berkas baru tanpa format, atau bagi menjadi beberapa berkas.",
        "This file needs more memory or time than is allowed and was not read; copy the data to a new file without "
        "formatting, or split it into several files.",
    )


def confined(reader: str, source: Path | bytes, *arguments: Any) -> Any:
    """Call a reader of this room for `source` in a process of its own under limits and return its result.

    `reader` is `module:function`. Raises what it raises, and UnreadableFile where it was ended or the file cannot be
    opened.
    """
    try:
        return run(reader, source, *arguments)
    except Ended as error:
        raise ended(error) from error
    except OSError as error:
        raise UnreadableFile(
            "missing",
            f"Berkas tidak dapat dibuka ({error.strerror}).",
            f"The file cannot be opened ({error.strerror}).",
        ) from error


def kind_of(content: bytes, name: str, limits: Limits) -> Kind:
    """Return the format of `content` by its first bytes (a name can lie). Raises UnreadableFile."""
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
    """Return the beginning of a text file in small letters, whatever its encoding, from its first sign on."""
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
    """Return whether text is HTML or a web archive (MHTML), in any of the pieces that programs save as .xls.

    Anything that begins with a tag of HTML; a table after other words, as of a program's warning; not XML of
    another kind.
    """
    if _ARCHIVE.match(text) and ("multipart/related" in text or "text/html" in text):
        return True
    return bool(_TAG_FIRST.match(text)) or bool(_TABLE_TAG.search(text))


def _zipped(content: bytes, limits: Limits) -> Kind:
    archive = _Archive(content, limits)
    if any(name.startswith("xl/") for name in archive.names):
        if any(name.endswith("workbook.bin") for name in archive.names):
            raise UnreadableFile(
                "format",
                "Berkas .xlsb tidak dapat dibaca; simpan sebagai .xlsx.",
                "An .xlsb file cannot be read; save it as .xlsx.",
            )
        archive.measure()
        return "xlsx"
    if "content.xml" in archive.names:
        manifest = archive.names.get("meta-inf/manifest.xml")
        if manifest is not None and b"encryption-data" in b"".join(archive.pieces(manifest)):
            raise encrypted()
        archive.measure()
        return "ods"
    archive.measure()
    raise UnreadableFile(
        "format",
        "Jenis berkas ini tidak dapat dibaca; kirim .xlsx, .xls, .ods, atau .csv.",
        "This kind of file cannot be read; send .xlsx, .xls, .ods or .csv.",
    )


class _Archive:
    """The parts of a zip, looked through before the workbook's reader opens them."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        self.content, self.limits = content, limits
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error) as error:
            raise damaged() from error
        if any(info.flag_bits & 1 for info in infos):
            raise encrypted()
        if len(infos) > limits.parts:
            raise too_large(f"{limits.parts} bagian/parts")
        self.names = {_plain_name(info.filename): info for info in infos}
        if len(self.names) != len(infos):
            # Two parts of one name: the one looked at need not be the one read.
            raise damaged()
        self.left = limits.unpacked_bytes
        self.size = 0

    def measure(self) -> None:
        """Unpack every part once, and measure the sheets. Raises UnreadableFile."""
        try:
            sheets = self._sheets()
            for name, info in self.names.items():
                if name in sheets:
                    sheet_xml.measure(partial(self._counted, info), self.limits.cells)
                elif name == "content.xml":
                    sheet_xml.OdsCells(self.limits.cells).read(self._counted(info))
                else:
                    self._look_through(self._counted(info), xml=name.endswith((".xml", ".rels")))
                self.left -= self.size
        except sheet_xml.TooFar as error:
            raise too_many_cells(self.limits.cells) from error
        except sheet_xml.NotXml as error:
            raise damaged() from error

    def _counted(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield a part's pieces within the bound on all parts together; `size` tells how large this one was."""
        self.size = 0
        for piece in self.pieces(info, self.left):
            self.size += len(piece)
            yield piece

    def _look_through(self, pieces: Iterable[bytes], *, xml: bool) -> None:
        """Check that a part that is no sheet declares no document type; nothing else in it is read."""
        end = b""
        for piece in pieces:
            if xml and any(sign in end + piece for sign in _DOCUMENT_TYPES):
                raise damaged()
            end = piece[-40:]

    def _sheets(self) -> set[str]:
        """Every part that may be a sheet: those in the usual folder, and all that the workbook refers to as one."""
        found = {name for name in self.names if "worksheets/" in name and not name.endswith(".rels")}
        ids: set[str] = set()
        for name, info in self.names.items():
            if name.startswith("xl/") and name.endswith(".xml") and "workbook" in name:
                named = sheet_xml.Named("sheet")
                named.read(self.pieces(info, _SMALL))
                ids |= {text for attributes in named.found for text in attributes.values()}
                if len(named.found) > self.limits.sheets:
                    raise too_large(f"{self.limits.sheets} lembar/sheets")
        for name, info in self.names.items():
            if name.endswith(".rels") and "workbook" in name:
                named = sheet_xml.Named("Relationship")
                named.read(self.pieces(info, _SMALL))
                for one in named.found:
                    if one.get("Id") in ids:
                        found |= self._named_by(one.get("Target", ""))
        return found

    def _named_by(self, target: str) -> set[str]:
        """Return the parts that a relationship's target may mean, from whatever folder."""
        last = _plain_name(target).rpartition("/")[2]
        return {name for name in self.names if name.rpartition("/")[2] == last}

    def pieces(self, info: zipfile.ZipInfo, most: int | None = None) -> Iterator[bytes]:
        """One part unpacked piece by piece, to its true size: the size that it declares may be a lie."""
        most = self.limits.unpacked_bytes if most is None else most
        header = info.header_offset
        start = header + 30 + int.from_bytes(self.content[header + 26 : header + 28], "little")
        start += int.from_bytes(self.content[header + 28 : header + 30], "little")
        packed = memoryview(self.content)[start : start + info.compress_size]
        if info.compress_type == zipfile.ZIP_STORED:
            if len(packed) > most:
                raise too_large(f"{most // (1024 * 1024)} MB")
            yield from (bytes(packed[at : at + _PIECE]) for at in range(0, len(packed), _PIECE))
            return
        if info.compress_type != zipfile.ZIP_DEFLATED:
            raise damaged()
        unpacker, size = zlib.decompressobj(-15), 0
        try:
            for at in range(0, len(packed), _READ):
                waiting: bytes | memoryview = packed[at : at + _READ]
                while waiting and not unpacker.eof:
                    piece = unpacker.decompress(waiting, _PIECE)
                    waiting = unpacker.unconsumed_tail
                    size += len(piece)
                    if size > most or (
                        size > (64 << 20) and size > self.limits.ratio * max(info.compress_size, 1)
                    ):
                        raise _bomb()
                    yield piece
        except zlib.error as error:
            raise damaged() from error


def _plain_name(name: str) -> str:
    """Return a part's name as readers look for it: they take either slash and any letters."""
    return name.replace("\\", "/").lstrip("/").lower()
