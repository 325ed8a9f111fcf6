"""Which of the sender's columns means what: recognised by name and synonym, correctable, reusable.

Names come from village and agency lists, DTSEN, the registration forms of BPJS Ketenagakerjaan, and
their English counterparts. A mapping is plain data: correct it, save it as JSON, use it again for the
same sender.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz, process

from payung.exchange.headings import UNDER, header_key, is_of_another, readings
from payung.identity.regions import CodeSystem
from payung.values import foreign_json

#: Field -> its column names in small letters with signs as spaces, the surest first.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "no": (
        *("no", "nomor", "no urut", "nomor urut", "urut", "num", "nomor urut art", "no urut art", "no art"),
        *("no urut anggota keluarga", "nomor urut anggota keluarga"),
    ),
    "nik": (
        *("nik", "no nik", "nomor nik", "nik ktp", "no ktp", "nomor ktp", "noktp", "ktp", "no nik ktp"),
        *("nomor induk kependudukan", "no induk kependudukan", "nik peserta", "nik pekerja", "nik anggota"),
        *("nik calon peserta", "no identitas", "nomor identitas", "national id", "id number", "nik no ktp"),
        *(
            "nik tenaga kerja",
            "no e ktp",
            "nik e ktp",
            "identity number",
            "nik art",
            "farmer nik",
            "nik petani",
        ),
        *(
            "nik nelayan",
            "nik warga",
            "nik penduduk",
            "nik anggota keluarga",
            "nik pelaku usaha",
            "nik penerima",
        ),
        *("no nik e ktp", "nomor nik ktp", "nomor induk kependudukan nik"),
    ),
    "family_card": (
        *("no kk", "nomor kk", "kk", "nokk", "no kartu keluarga", "nomor kartu keluarga", "nkk"),
        *("kartu keluarga", "family card", "family card number"),
    ),
    "name": (
        *("nama", "nama lengkap", "nama pekerja", "nama peserta", "nama calon peserta", "nama tenaga kerja"),
        *("nama ktp", "nama sesuai ktp", "nama lengkap sesuai ktp", "nama anggota keluarga", "nama warga"),
        *("nama penerima", "nama anggota", "nama nelayan", "nama petani", "nama pekerja rentan"),
        *("nama almarhum ah", "nama almarhum", "nama jenazah", "nama yang meninggal", "nama meninggal"),
        *("nama jelas", "nama penduduk", "full name", "name", "worker name", "nama penerima manfaat"),
        *("nama art", "nama anggota rumah tangga", "nama lgkp", "nm lengkap", "nama lkp", "nama orang"),
        *("nama pelaku usaha", "nama pelaku", "nama pembudidaya", "nama pembudi daya ikan", "nama petambak"),
        *("nama petambak garam", "nama pengolah", "nama pemasar", "nama pedagang", "nama pekebun"),
        *("nama peternak", "nama abk", "nama anak buah kapal", "nama buruh", "nama pengemudi", "nama sopir"),
        *("nama individu", "nama responden", "nama art sesuai ktp", "nama anggota kelompok", "farmer name"),
        *("nama anggota poktan", "nama anggota kub", "nama penggarap", "nama pemilik kapal", "nama nakhoda"),
        *("nama nahkoda", "nama pemilik usaha", "nama pemilik", "nama pelaku utama"),
        *("nama pelaku utama usaha", "nama pelaku usaha perikanan", "nama pelaku utama perikanan"),
        *("nama pelaku usaha kelautan dan perikanan", "nama pelaku utama kelautan dan perikanan"),
    ),
    "birth_place": (
        "tempat lahir",
        "tmp lahir",
        "tmpt lahir",
        "tpt lahir",
        "kota lahir",
        "place of birth",
        *(
            "tempat kelahiran",
            "kota kelahiran",
            "kota ttl",
            "tempat ttl",
            "tpt lhr",
            "tmpt lhr",
            "tmp lhr",
            "tempat lhr",
            "tmplahir",
            "tmptlahir",
        ),
    ),
    "birth_date": (
        *("tanggal lahir", "tgl lahir", "tgllahir", "tgl lhr", "tanggal kelahiran", "tanggal_lahir"),
        *("date of birth", "birth date", "birthdate", "dob", "tanggal lahir ktp", "tgl kelahiran"),
        *(
            "tanggal lhr",
            "tanggal ttl",
            "tgl ttl",
            "tgllhr",
            "tgl bln th lahir",
            "tgl bln thn lahir",
            "tanggal bulan tahun lahir",
        ),
        *("tgl bln th", "tgl bln thn", "tanggal bulan tahun", "hari tanggal lahir", "tgl lahir ktp"),
    ),
    "birth": (
        *("tempat tanggal lahir", "tempat tgl lahir", "ttl", "tempat dan tanggal lahir", "t t l"),
        *("tmp tgl lahir", "tmpt tgl lahir", "tempat tgl lhr", "place and date of birth"),
    ),
    "sex": (
        "jenis kelamin",
        "jk",
        "l p",
        "lp",
        "kelamin",
        "jns kelamin",
        "jenkel",
        "j k",
        "sex",
        "gender",
        *("jnskel", "jenis klmin", "jenis klm", "jns klm", "jns klmn", "kelamin l p", "jenis kel", "jk l p"),
        *("jenis kelamin l p", "jenis kelamin art", "jenis kelamin anggota keluarga", "laki laki perempuan"),
    ),
    "address": (
        *(
            "alamat",
            "alamat lengkap",
            "alamat domisili",
            "alamat rumah",
            "alamat tinggal",
            "alamat tempat tinggal",
        ),
        *("alamat ktp", "alamat sesuai ktp", "jalan", "address", "home address", "alamat pelaku usaha"),
        *("alamat sekarang", "alamat petani", "alamat nelayan", "nama jalan", "alamat rumah tinggal"),
    ),
    "rt": ("rt", "no rt", "rt ktp"),
    "rw": ("rw", "no rw", "rw ktp"),
    "rt_rw": ("rt rw", "rtrw"),
    "village": (
        *("desa kelurahan", "kelurahan desa", "kelurahan", "desa", "kel desa", "desa kel", "nama desa"),
        *("nama kelurahan", "nama desa kelurahan", "kel", "kampung", "alamat desa kelurahan", "village"),
        *("desa kampung", "domisili desa", "kelurahan desa ktp", "village name", "nm kel", "nm desa"),
        *("nama kel", "nama kel desa", "desa kelurahan domisili", "nama kelurahan desa", "nm kelurahan"),
        *("desa tempat tinggal", "kelurahan domisili", "desa domisili", "nama kampung"),
    ),
    "village_code": (
        *("kode kelurahan desa", "kode desa kelurahan", "kode desa", "kode kelurahan", "kode wilayah"),
        *("id desa", "kd desa", "kode desa bps", "kode desa kemendagri", "kode bps", "village code"),
        *("kode wilayah desa", "kode kemendagri", "kode kelurahan desa ktp", "kd kel", "kode kel"),
        *("kd kelurahan", "kd desa kel", "no kel", "no desa", "no kelurahan", "nomor kelurahan", "id kel"),
        *("id kelurahan", "kd desa kelurahan", "kode kampung", "kd desakel", "kd village"),
    ),
    "district": (
        "kecamatan",
        "kec",
        "nama kecamatan",
        "district",
        "kecamatan ktp",
        "nm kec",
        "nama kec",
        "kecamatan domisili",
        *("nm kecamatan", "kecamatan tempat tinggal"),
    ),
    "district_code": (
        "kode kecamatan",
        "kd kec",
        "kode kec",
        "id kecamatan",
        "district code",
        "kode kecamatan ktp",
        *("kd kecamatan", "no kec", "no kecamatan", "nomor kecamatan", "id kec", "kd district"),
    ),
    "regency": (
        *("kabupaten kota", "kab kota", "kota kab", "kota kabupaten", "kabupaten", "kab", "kota"),
        *("nama kabupaten", "nama kabupaten kota", "regency", "kabupaten kota ktp", "nm kab", "nama kab"),
        *("nm kabupaten", "nama kab kota", "kabupaten domisili", "kota domisili", "nama kota"),
    ),
    "regency_code": (
        "kode kabupaten kota",
        "kode kabupaten",
        "kode kab",
        "kode kota",
        "regency code",
        *("kd kab", "kd kab kota", "kode kab kota", "kd kabkota", "kode kabkota", "kd kota", "kd kabupaten"),
        *("no kab", "no kabupaten", "nomor kabupaten", "id kab", "id kabupaten", "kd kabupaten kota"),
        *("no kab kota", "kd regency"),
    ),
    "province": (
        "provinsi",
        "propinsi",
        "prov",
        "nama provinsi",
        "province",
        "provinsi ktp",
        *("nm prov", "nama prop", "prop", "nama prov", "nama propinsi"),
    ),
    "province_code": (
        *(
            "kode provinsi",
            "kode prov",
            "kode prop",
            "kd prop",
            "kd prov",
            "kd provinsi",
            "no prop",
            "no prov",
        ),
        *("no provinsi", "nomor provinsi", "id prov", "id provinsi", "province code"),
    ),
    "phone": (
        *("no hp", "nomor hp", "hp", "nohp", "no hp wa", "no wa", "nomor wa", "no telepon", "nomor telepon"),
        *("no telp", "telepon", "telp", "no telp hp", "no hp aktif", "nomor handphone", "no handphone"),
        *("handphone", "phone", "phone number", "mobile", "whatsapp", "no whatsapp", "no hp telepon"),
        *("hp wa", "wa hp", "kontak", "nomor kontak", "no kontak", "contact", "no telepon hp", "telp hp"),
    ),
    "occupation": (
        *("pekerjaan", "jenis pekerjaan", "profesi", "mata pencaharian", "pekerjaan utama", "jenis usaha"),
        *(
            "bidang pekerjaan",
            "pekerjaan profesi",
            "pekerjaan sekarang",
            "pekerjaan ktp",
            "occupation",
            "job",
        ),
        *("jenis pekerjaan bpu", "jenis pekerjaan usaha", "pekerjaan sehari hari", "jenis usaha pekerjaan"),
        *("usaha pekerjaan", "pekerjaan usaha", "bidang usaha", "bidang", "jenis mata pencaharian"),
        *("profesi jenis pelaku usaha", "jenis pelaku usaha", "jns pekerjaan", "jenis pkrjn", "pekerjaan id"),
        *("jenis profesi", "jenis nelayan", "kategori pelaku usaha"),
    ),
    "income": (
        *("penghasilan", "pendapatan", "penghasilan per bulan", "pendapatan per bulan", "penghasilan bulan"),
        *("rata rata penghasilan", "penghasilan rata rata", "upah", "gaji", "income", "monthly income"),
        *("penghasilan bulanan", "pendapatan bulan", "jumlah penghasilan", "upah penghasilan"),
    ),
    "wage_worker": (
        *("segmen", "segmen kepesertaan", "status pekerja", "status pekerjaan", "pu bpu", "penerima upah"),
        *("status dalam pekerjaan utama", "jenis kepesertaan", "wage worker", "jenis peserta"),
    ),
    "mother_name": (
        "nama ibu kandung",
        "ibu kandung",
        "nama ibu",
        "mother name",
        "mothers name",
        "nama gadis ibu",
        "ibu",
        "nama ibu kandung sesuai kk",
        "nama lgkp ibu",
    ),
    "heir_name": ("nama ahli waris", "ahli waris", "heir", "heir name", "ahli waris nama"),
    "heir_relation": (
        *("hubungan ahli waris", "hubungan dengan ahli waris", "hub ahli waris", "hubungan", "heir relation"),
        *("ahli waris hubungan", "hubungan keluarga ahli waris", "status ahli waris"),
    ),
    "heir_phone": (
        *("no hp ahli waris", "nomor hp ahli waris", "hp ahli waris", "telepon ahli waris", "heir phone"),
        *("ahli waris no hp", "no telepon ahli waris", "ahli waris hp"),
    ),
    "returned": ("yang salah", "yang harus dilakukan"),
}
#: The fields that say where a person lives.
PLACE_FIELDS = (
    *("village", "village_code", "district", "district_code", "regency", "regency_code", "province"),
    "province_code",
)
#: Columns known to mean something else; near spellings must not take them for a field.
_OTHERS = (
    *("nama krt", "nama kepala rumah tangga", "nik krt", "nik kepala keluarga", "nama kk", "nama kep kel"),
    *("nama penyuluh", "nama poktan", "nama gapoktan", "nama kios", "nama kios pengecer", "nama ketua"),
    *("nama sekretaris", "nama bendahara", "nama pendata", "nama pendamping", "nama enumerator", "nama sls"),
    *("nama kub", "nama pokdakan", "nama pemilik lahan", "nama alat tangkap", "nama bank", "nama pelabuhan"),
    *("nomor kusuka", "no kusuka", "kusuka", "nik suami", "nik istri", "nik pasangan", "nama pasangan"),
    *("ayah", "status", "status dasar", "status cetak", "petugas registrasi", "petugas entri", "tgl entri"),
    *("tgl ubah", "jumlah art", "kode kios pengecer", "tempat kerja", "lokasi usaha", "nama wali"),
    *("nama orang tua", "nama saksi", "nama pelapor", "nik pelapor", "nik wali", "nik orang tua"),
    *("nama ayah kandung", "nama dokter", "nama ketua kelompok", "nik ketua", "nik petugas", "hp petugas"),
    *("nama kepala keluarga", "nama ayah", "nama suami", "nama istri", "nama kelompok", "nama usaha"),
    *("nama kapal", "nama perusahaan", "nik ibu", "nik ayah", "nik ahli waris", "no kpj", "no npwp", "npwp"),
    *(
        "email",
        "kode pos",
        "keterangan",
        "ket",
        "tanda tangan",
        "ttd",
        "umur",
        "usia",
        "agama",
        "no rekening",
    ),
    *(
        "status perkawinan",
        "status kawin",
        "status kepesertaan",
        "pendidikan",
        "tanggal daftar",
        "lokasi bekerja",
    ),
    *(
        "tanggal input",
        "tanggal",
        "jumlah anggota keluarga",
        "nama petugas",
        "no sk",
        "desil",
    ),
)
#: The two columns that a returned sheet carries beside the sender's own.
WRONG = "Yang salah"
TODO = "Yang harus dilakukan"
_NEAR = 90
#: Shorter names than this are never matched by nearness.
_NEAR_LENGTH = 6


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[str, int]]:
    """Column name -> (field, rank of the synonym within its field)."""
    index: dict[str, tuple[str, int]] = {}
    for name, synonyms in SYNONYMS.items():
        for rank, synonym in enumerate(synonyms):
            index.setdefault(header_key(synonym), (name, rank))
    for rank, synonym in enumerate(SYNONYMS["name"]):
        # Who has a column for the name has one for the NIK: 'Nama ABK', 'NIK ABK'.
        if synonym.startswith("nama "):
            index.setdefault(f"nik {synonym.removeprefix('nama ')}", ("nik", 100 + rank))
    for other in _OTHERS:
        index.setdefault(other, ("", 0))
    # Databases write no spaces: TGLLAHIR, tempatlahir.
    for key in list(index):
        index.setdefault(key.replace(" ", ""), index[key])
    return index


@lru_cache(maxsize=20_000)
def field_of(header: str) -> tuple[str, int] | None:
    """(field, rank) of one column name, rank 0 the surest; None for a name that is not known.

    Question numbers and the names of groups and merged titles are taken off where the whole is not known.
    """
    exact = exact_field(header)
    if exact:
        return exact if exact[0] else None
    titles, _, last = header.rpartition(UNDER)
    if titles and is_of_another(titles):
        return None
    index = _index()
    wanted = header_key(last)
    if len(wanted) < _NEAR_LENGTH:
        return None
    near = process.extractOne(wanted, index.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
    if near is not None and near[0].endswith(wanted) and len(near[0]) - len(wanted) > 1:
        # A word less is another name, not a slip: 'Identitas' is no 'No Identitas'.
        return None
    # Whether someone earns a wage decides whether they may be enrolled: never by a name only nearly right.
    if near is None or index[near[0]][0] in ("", "wage_worker") or len(near[0]) < _NEAR_LENGTH:
        return None
    return index[near[0]][0], index[near[0]][1] + 300


@lru_cache(maxsize=20_000)
def exact_field(header: str) -> tuple[str, int] | None:
    """As `field_of`, without near spellings; the field is empty text for a column known to mean something else."""
    index = _index()
    for key, penalty in readings(header):
        found = index.get(key) or index.get(key.replace(" ", ""))
        if found:
            return found[0], found[1] + penalty
    return None


def recognised(cells: Iterable[str]) -> set[str]:
    """Return the fields that a row of cells would name as a header row."""
    found = (field_of(cell) for cell in cells if cell and len(cell) <= 80)
    return {name for name, _ in filter(None, found)}


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Field -> the sender's column, and the code system of its code columns (None: to be found out)."""

    columns: Mapping[str, str] = field(default_factory=dict)
    code_system: CodeSystem | None = None

    def header(self, name: str) -> str | None:
        """Return the sender's column that means field `name`."""
        return self.columns.get(name)

    def corrected(self, name: str, header: str | None) -> ColumnMapping:
        """Return a copy in which field `name` is read from `header` (None: from nowhere).

        Raises ValueError for a field that does not exist.
        """
        if name not in SYNONYMS:
            raise ValueError(f"no field is called {name!r}; fields are {', '.join(SYNONYMS)}")
        columns = {f: h for f, h in self.columns.items() if f != name and h != header}
        if header:
            columns[name] = header
        return replace(self, columns=columns)

    def fits(self, headers: Sequence[str]) -> bool:
        """Return whether every column of this mapping is among `headers`, so that it can be used again."""
        return bool(self.columns) and set(self.columns.values()) <= set(headers)

    def unmapped(self, headers: Sequence[str]) -> list[str]:
        """Return the sender's columns that mean no field."""
        return [h for h in headers if h not in self.columns.values() and h not in (WRONG, TODO)]

    def to_json(self) -> dict[str, Any]:
        """Return the mapping as plain data."""
        return {"columns": dict(self.columns), "code_system": self.code_system}

    @classmethod
    def from_json(cls, data: str | Mapping[str, Any]) -> ColumnMapping:
        """Return the mapping that `to_json` wrote, as an object or JSON text. Raises ValueError on anything else."""
        try:
            plain = foreign_json.loads(data) if isinstance(data, str) else data
            columns, system = dict(plain["columns"]), plain.get("code_system")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError("a mapping is {'columns': {field: column}, 'code_system': ...}") from error
        unknown = [name for name in columns if name not in SYNONYMS]
        if unknown or not all(isinstance(header, str) for header in columns.values()):
            raise ValueError(
                f"a mapping names columns for fields; not a field: {', '.join(map(str, unknown))}"
            )
        if system not in (None, "kemendagri", "bps"):
            raise ValueError(f"code_system is kemendagri, bps or null, not {system!r}")
        return cls(columns, system)


def recognise(headers: Sequence[str]) -> ColumnMapping:
    """Return the mapping of a sheet's columns by their names alone; each field from its surest column."""
    best: dict[str, tuple[int, str]] = {}
    for header in headers:
        found = field_of(header)
        if found and (found[0] not in best or found[1] < best[found[0]][0]):
            best[found[0]] = (found[1], header)
    columns = {name: header for name, (_, header) in best.items()}
    # The address on the identity card is not where its holder lives; it serves only where no other is given.
    places = [name for name in PLACE_FIELDS if name in columns]
    on_card = [name for name in places if header_key(columns[name]).endswith("ktp")]
    if len(on_card) < len(places):
        columns = {name: header for name, header in columns.items() if name not in on_card}
    return ColumnMapping(columns, _system(columns))


def _system(columns: Mapping[str, str]) -> CodeSystem | None:
    """Return the code system that the code columns' names give away; DTSEN's own names mean BPS."""
    named = [columns[f] for f in ("village_code", "district_code", "regency_code") if f in columns]
    joined = " ".join(named).lower()
    if "bps" in joined or "dtsen" in joined or "kode_kelurahan_desa" in joined or "kode_kecamatan" in joined:
        return "bps"
    return "kemendagri" if "dagri" in joined or "dukcapil" in joined else None
