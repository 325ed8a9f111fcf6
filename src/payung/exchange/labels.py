"""Tells the rows of people from the rows between them: sums, signatures, section titles, family-card lines.

Names may begin like a label (Sumberiah, Totalina, Camatia): a label is a whole word, and a row with anything
of a person's own in it (a NIK, a birth date, a number in the list) is never taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from payung.exchange.headers import is_numbering
from payung.exchange.headings import UNDER, header_key

#: Finds a place by its bare name: (village, district, regency) as texts, or None.
PlaceOf = Callable[[str], "Mapping[str, str] | None"]

_TOTAL = re.compile(
    r"(?i)^\W*(?:sub\W*|grand\W*)?(?:jumlah|total|jml|rekap(?:itulasi)?)\b\W*"
    r"(?P<rest>$|\d|(?:sub|grand)?\W*(?:jumlah|total|rt|rw|desa|dusun|kel|kelurahan|kec|kecamatan|kab|laki\w*|perempuan"
    r"|pria|wanita|l|p|orang|jiwa|anggota|peserta|pekerja|penduduk|kk|keluarga|kelompok|keseluruhan|semua"
    r"|seluruh\w*|halaman|hal|dipindahkan|pindahan|sementara|akhir|penerima|nelayan|petani|per|data|calon|umum|besar"
    r"|usulan|baris|warga|yang|ini|i+|[a-c]|tenaga|buruh|lansia|iuran|premi|nominal|rp)\b)"
)
_AVERAGE = re.compile(r"(?i)^\W*(?:rata\W*rata|rerata|median|persentase|persen)\b")
_TOTAL_WORD = re.compile(r"(?i)^\W*(?:sub\W*|grand\W*)?(?:jumlah|total|jml)\b")
_SIGNATURE = re.compile(
    r"(?i)^\W*(?:(?:mengetahui|menyetujui|disetujui|diketahui|diperiksa|diverifikasi|disahkan|ditetapkan|dibuat|disusun"
    r"|tertanda|hormat kami|yang (?:membuat|menyatakan|mendata|bertanda|melapor\w*)|tanda tangan|ttd|tanggal,|cap)\b"
    r"|(?:(?:a\.?n|u\.?b|pj|plt|plh|pjs|penjabat|ibu|bapak)\b\W*)*"
    r"(?:kepala (?:desa|kelurahan|kampung|dinas|dusun|lingkungan|bidang|seksi|bagian|uptd?|bpp|kantor|badan)"
    r"|kepala(?=\W*$)|juru (?:tulis|bayar)|tim (?:pendata\w*|verifikasi|verval|penyusun|kerja|teknis)"
    r"|(?:dinas|pemerintah) (?:perikanan|kelautan|pertanian|sosial|tenaga|ketenagakerjaan|kabupaten|kota|provinsi|desa)"
    r"|kadus|kabid|babinsa|kades|sekdes|kadis|kasi|lurah|camat|bupati|wali ?kota|gubernur|sekretaris|bendahara"
    r"|petugas|pendata|pencacah|enumerator|operator|verifikator|pendamping|penyuluh|koordinator|ketua|ppl|surveyor|pengawas|pemeriksa)\b)"
)
_NIP = re.compile(r"(?i)^\W*(?:nip|nrp|nipd|niap|nik? pegawai)\b")
_PLACE_AND_DATE = re.compile(
    r"(?i)^\W*[a-z .']{3,30},\s*(?:tgl\.?|tanggal)?\s*[\d.…_ ]{0,12}\s*(?:jan|feb|peb|mar|apr|mei|jun|jul|agu|sep|okt"
    r"|nov|nop|des|\.{3}|…|_|\d{1,2}[-/])[\w .…_/-]*$"
)
#: 'KK' alone is a standing in the family, not a label.
_FAMILY_CARD = re.compile(
    r"(?i)^\W*(?:no|nomor|nomer)\W*(?:kk|kartu\W*keluarga)\b|^\W*(?:kk|kartu\W*keluarga|kepala\W*keluarga)\W*[:\d]"
    r"|^\W*(?:nama|nm)\W*(?:kk|kepala\W*keluarga|kep\W*kel)\b"
)
_NOTE = re.compile(
    r"(?i)^\W*(?:(?:keterangan|catatan|ket|nb|n\.b|note|sumber|contoh|petunjuk|perhatian|lampiran)\b\s*(?:[:;.)*]|$|data\b)"
    r"|demikian\b.{8}|(?:halaman|hal|page)\b\W*\d|dicetak\b|printed\b|\*+\)?\s*\w|#{2,}|coret yang|tanggal cetak"
    r"|(?:sumber)\s+(?:data|dari|dinas|dtks|dtsen|bps)\b)"
)
_END = re.compile(r"^\s*#{3,}\s*$")
_SECTION = re.compile(
    r"(?i)^\W*(?:(?:[a-z]|[ivx]{1,5}|\d{1,2})[.)]\s*)?(?:(?:nama|data|daftar|lokasi|di)\W+)*(?:desa|kelurahan|kel|kampung|kecamatan|kec|kabupaten|kab"
    r"|kota|provinsi|dusun|dsn|lingkungan|rt|rw|blok|zona|sektor|wilayah|kelompok|poktan|gapoktan|kub|pokdakan|kth)\b\W*"
    r"(?:\w|$)"
)
#: A trade over the people who have it.
_TRADE = re.compile(
    r"(?i)^\W*(?:(?:[a-z]|[ivx]{1,5}|\d{1,2})[.)]\s*)?(?:petani|nelayan|pedagang|pembudi ?daya|peternak|pekebun"
    r"|buruh|tukang|pengolah|pemasar|petambak)(?: (?:ojek|ikan|kecil|tangkap|buruh|tradisional|keliling|pasar|kebun"
    r"|tani|padi|sawah|sayur|harian|lepas|bangunan|rumput laut|lainnya))*\W*$"
)
#: How many people a section has, after its name; and what may stand before the name.
_COUNT = re.compile(r"(?i)\s*[-–:=(]\s*\d[\d.]*\s*(?:orang|jiwa|kk|org|peserta|pekerja|anggota)?\W*$|\W+$")
_BULLET = re.compile(r"(?i)^\W*(?:(?:[a-z]|[ivx]{1,5}|\d{1,2})[.)]\s*)?")
_VILLAGE = re.compile(
    r"(?i)\b(?:desa\W*/\W*kel\w*|kelurahan\W*/\W*desa|desa|ds|kelurahan|kel|kampung)\b\W*(\w.*)"
)
_DISTRICT = re.compile(r"(?i)\b(?:kecamatan|kec)\b\W*(\w.*)")
_REGENCY = re.compile(r"(?i)\b(?:kabupaten|kab|kota)\b\W*(\w.*)")
_NEXT_PLACE = re.compile(
    r"(?i)\s*[-–:=]\s*\d.*$|\s*[,;|(]?\s*\b(?:kecamatan|kec|kabupaten|kab|kota|provinsi|prov|rt|rw|dusun|tahun|jumlah)\b.*$|\s*[,;|(].*$"
)
#: What a label may begin with, for a quick look over many rows; every pattern above is met by it.
_SUSPECT = (
    r"(?i)^\W*(?:[a-z]\W|[ivx]{1,5}\W|\d{1,2}[.)]\s*)?\W*(?:sub|grand|jumlah|total|jml|rekap|mengetahui|menyetujui|disetujui|diketahui"
    r"|diperiksa|diverifikasi|disahkan|ditetapkan|dibuat|disusun|tertanda|hormat|yang|tanda|ttd|tanggal|cap|a\.?n|u\.?b|pj"
    r"|plt|plh|pjs|penjabat|ibu|bapak|kepala|kades|sekdes|kadis|kasi|lurah|camat|bupati|wali|gubernur|sekretaris|bendahara"
    r"|petugas|pendata|pencacah|enumerator|operator|verifikator|pendamping|penyuluh|koordinator|ketua|ppl|surveyor"
    r"|pengawas|pemeriksa|nip|nrp|no|nomor|nomer|kk|kartu|nama|nm|nik|ktp|name|full|keterangan|catatan|ket|nb|n\.b|note|sumber|contoh"
    r"|petunjuk|perhatian|lampiran|demikian|halaman|hal|page|dicetak|printed|coret|desa|kelurahan|kel|kampung|kecamatan"
    r"|kec|kabupaten|kab|kota|provinsi|dusun|dsn|lingkungan|rt|rw|blok|zona|sektor|wilayah|kelompok|poktan|gapoktan|kub"
    r"|pokdakan|kth|kolom|alamat|dinas|pemerintah|juru|tim|rata|[ivx]+)(?:\W|\d|$)|^\s*[#*:]"
)
_CARD_LABEL = r"(?i)^\W*(?:no|nomor|nomer)\W*(?:kk|kartu\W*keluarga)\b"
_DIGITS = re.compile(r"\d")
_SEX = re.compile(r"(?i)^\W*(?:l|p|lk|pr|laki\W*laki|perempuan|pria|wanita)\W*$")


@dataclass(frozen=True, slots=True)
class Told:
    """For each row why it is nobody's (null: it is a person's), and what section rows say of the rows below them.

    `below` has a text column per field (village, district, regency, family_card); only fields that any section
    names are in it.
    """

    reasons: pl.Series
    below: dict[str, pl.Series]


def sort_out(
    rows: pl.DataFrame, mapping: Mapping[str, str], headers: Sequence[str], place_of: PlaceOf | None = None
) -> Told:
    """Read every row that is not plainly a person's; `mapping` is field -> column, `rows` as in a Table."""
    at = {name: header for name, header in mapping.items() if header in headers}
    suspects = rows.select(headers).with_row_index("at").filter(_suspicious(at, headers))
    reader = _Reader(at, list(headers), place_of)
    reasons: list[str | None] = [None] * rows.height
    changes: list[tuple[int, dict[str, str]]] = []
    before = -1
    for row in suspects.iter_rows():
        index, cells = row[0], [" ".join((cell or "").split()) for cell in row[1:]]
        if index != before + 1:
            reader.people_between()
        before = index
        reasons[index] = reader.reason(cells)
        if reader.changed:
            changes.append((index, dict(reader.below)))
    return Told(pl.Series(reasons, dtype=pl.String), _stretched(changes, rows.height))


def _suspicious(at: Mapping[str, str], headers: Sequence[str]) -> pl.Expr:
    """Rows that are not plainly a person's: without NIK and name and a third thing, or with a label in front."""
    cells = [pl.col(header) for header in headers]
    labelled = pl.coalesce(cells).str.contains(_SUSPECT)
    for name in ("no", "nik", "name"):
        if name in at:
            labelled |= pl.col(at[name]).str.contains(_SUSPECT)
    filled = pl.sum_horizontal(pl.col(header).is_not_null() for name, header in at.items() if name != "no")
    has_nik = pl.col(at["nik"]).str.contains(r"(?:\d\D?){10}") if "nik" in at else pl.lit(False)
    named = pl.col(at["name"]).str.contains(r"\pL{2}") if "name" in at else pl.lit(False)
    plain = named & (has_nik & (filled > 1) | (filled > 3))
    if "name" not in at:
        plain = has_nik & (filled > 1)
    # The row below a label of family cards may hold the number that looks like a NIK.
    below_card = pl.coalesce(cells).str.contains(_CARD_LABEL).shift(1)
    return ~(plain.fill_null(False) & ~labelled.fill_null(False)) | below_card.fill_null(False)


def _stretched(changes: list[tuple[int, dict[str, str]]], height: int) -> dict[str, pl.Series]:
    names = {name for _, below in changes for name in below}
    out = {}
    for name in names:
        texts = [""] * height
        ends = [index for index, _ in changes[1:]] + [height]
        for (index, below), end in zip(changes, ends, strict=True):
            texts[index:end] = [below.get(name, "")] * (end - index)
        out[name] = pl.Series(name, texts, dtype=pl.String)
    return out


@dataclass
class _Reader:
    """Reads suspicious rows one after the other; what it has read says what the next may be."""

    at: Mapping[str, str]
    headers: list[str]
    place_of: PlaceOf | None
    below: dict[str, str] = field(default_factory=dict)
    changed: bool = False
    signing: bool = False
    ended: bool = False
    #: Where the last family-card line without a number had its label.
    card_column: int | None = None
    words: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.columns = {name: self.headers.index(header) for name, header in self.at.items()}
        self.words = {
            header_key(part)
            for header in self.headers
            for part in (header, *header.split(UNDER))
            if header_key(part)
        }

    def people_between(self) -> None:
        """Between the last row and the next stand people's rows: signatures are over."""
        self.signing = False
        self.card_column = None

    def reason(self, cells: list[str]) -> str | None:
        """Why this row is nobody's; None for a person's row."""
        self.changed = False
        own = {name: cells[column] for name, column in self.columns.items() if name != "returned"}
        filled = [
            column for column, cell in enumerate(cells) if cell and column != self.columns.get("returned")
        ]
        if not filled:
            return "blank"
        if _END.match(cells[filled[0]]):
            self.ended = True
        if self.ended:
            return None if any(_card_number(cells[c]) for c in filled) else "note"
        for told in (self._header, self._card, self._label, self._leftover):
            reason = told(cells, filled, own)
            if reason == "person":
                break
            if reason:
                return reason
        self.signing = False
        return None

    def _header(self, cells: list[str], filled: list[int], own: Mapping[str, str]) -> str | None:
        if all(header_key(cells[c]) in self.words for c in filled):
            return "header"
        # A label that stands in its own column is the header come again, whatever else the row holds.
        same = [c for c in filled if header_key(cells[c]) in map(header_key, self.headers[c].split(UNDER))]
        if len(same) > 1 and any(self.columns.get(name) in same for name in ("nik", "name")):
            return "header"
        return "numbering" if is_numbering(cells) else None

    def _card(self, cells: list[str], filled: list[int], own: Mapping[str, str]) -> str | None:
        """Read a line about a family: 'No. KK : 65710...', or NO.KK | NAMA.KK over the two in the row below."""
        labels = [c for c in filled[:2] if _FAMILY_CARD.match(cells[c])]
        if labels:
            number = next((card for c in filled if (card := _card_number(cells[c]))), None)
            self.card_column = None if number else labels[0]
            self._say(family_card=number or "")
            return "family_card"
        if self.card_column is not None:
            number = None if _born_or_sex(own) else _card_number(cells[self.card_column])
            self.card_column = None
            if number and (
                number == _card_number(own.get("nik", "")) or not _card_number(own.get("nik", ""))
            ):
                self._say(family_card=number)
                return "family_card"
        return None

    def _label(self, cells: list[str], filled: list[int], own: Mapping[str, str]) -> str | None:
        if self._label_and_value(cells, filled, own):
            return "section"
        # A number of sixteen digits is somebody's, wherever it stands.
        if _evidence(own) or any(_card_number(cells[c]) for c in filled):
            return "person"
        name = own.get("name", "")
        heads = [own.get(field, "") for field in ("no", "nik", "name")]
        if not name or len(filled) == 1:
            heads.append(cells[filled[0]])
        heads = [head for head in heads if head]
        numbered = bool(re.fullmatch(r"\W*\d+\W*", own.get("no", ""))) and bool(name)
        if any(_NIP.match(cells[c]) for c in filled):
            self.signing = True
            return "signature"
        if numbered and len(filled) > 2:
            return None
        if any(_TOTAL.match(head) or _AVERAGE.match(head) for head in heads) or (
            any(_TOTAL_WORD.match(head) for head in heads)
            and not numbered
            and _has_count(cells, filled, heads)
        ):
            return "total"
        if any(_SIGNATURE.match(head) for head in heads) or (
            (not name or filled == [self.columns["name"]])
            and any(_SIGNATURE.match(cells[c]) or _PLACE_AND_DATE.match(cells[c]) for c in filled)
        ):
            self.signing = True
            return "signature"
        if len(filled) <= 2 and any(_TRADE.match(head) for head in heads):
            return "section"
        if any(_SECTION.match(head) for head in heads) and (not name or len(filled) <= 3):
            self._section(" ".join(cells[c] for c in filled))
            return "section"
        if any(_NOTE.match(head) for head in heads):
            return "note"
        return "signature" if self.signing and not numbered else None

    def _label_and_value(self, cells: list[str], filled: list[int], own: Mapping[str, str]) -> bool:
        """Return whether a row says 'ALAMAT | : Jl. Mawar', since no cell of a person begins with a colon."""
        values = [c for c in filled if cells[c].startswith(":")]
        numbered = re.fullmatch(r"\W*\d+\W*", own.get("no", ""))
        if not values or values[0] == filled[0] or numbered or any(_card_number(cells[c]) for c in filled):
            return False
        if any(_SECTION.match(cells[c]) for c in filled):
            self._section(" ".join(cells[c] for c in filled))
        return True

    def _leftover(self, cells: list[str], filled: list[int], own: Mapping[str, str]) -> str | None:
        """Rows that bear neither a NIK nor a name, and hardly anything else; a village's bare name."""
        bare = _COUNT.sub("", _BULLET.sub("", cells[filled[0]]))
        if len(filled) == 1 and self.place_of and bare and not re.search(r"\d", bare):
            place = self.place_of(bare)
            if place is not None and (filled[0] != self.columns.get("name") or place.get("village")):
                self._say(**place)
                return "section"
        if re.search(r"[^\W\d]{2}", own.get("name", "")) or _digits(own.get("nik", "")) > 2:
            return None
        said = [c for name, c in self.columns.items() if c in filled and name != "no"]
        if not said:
            return "number_only" if filled == [self.columns.get("no")] else "nobody"
        return "nobody" if len(said) <= 2 else None

    def _section(self, text: str) -> None:
        """Keep the village, district and regency that a section row names; a smaller part keeps the larger."""
        found = {
            name: " ".join(_NEXT_PLACE.sub("", match[1]).split())
            for name, pattern in (("village", _VILLAGE), ("district", _DISTRICT), ("regency", _REGENCY))
            if (match := pattern.search(text))
        }
        if "regency" in found:
            self._say(village="", district="")
        if "district" in found:
            self._say(village="")
        self._say(**found)

    def _say(self, **told: str) -> None:
        self.below |= told
        self.changed = True


def _evidence(own: Mapping[str, str]) -> bool:
    """Return whether a row holds something of a person: a NIK, or a name with birth date or sex, as no label does."""
    if _digits(own.get("nik", "")) >= 6 and not _NIP.match(own["nik"]):
        return True
    return bool(own.get("name")) and (
        _born_or_sex(own) or _digits(own.get("phone", "")) >= 9 or _digits(own.get("family_card", "")) >= 12
    )


def _born_or_sex(own: Mapping[str, str]) -> bool:
    born = own.get("birth_date", "") or own.get("birth", "")
    return (_digits(born) >= 4 and not _PLACE_AND_DATE.match(born)) or bool(_SEX.match(own.get("sex", "")))


def _has_count(cells: list[str], filled: list[int], heads: Sequence[str]) -> bool:
    return any(
        re.fullmatch(r"[\d.,]+(?: (?:orang|jiwa|kk))?", cells[c]) for c in filled if cells[c] not in heads
    )


def _digits(text: str) -> int:
    return len(_DIGITS.findall(text))


def _card_number(text: str) -> str | None:
    found = re.search(r"(?<!\d)(?:\d[ .]?){15}\d(?!\d)", text)
    return re.sub(r"\D", "", found[0]) if found else None
