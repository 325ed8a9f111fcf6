"""A village's code in parts: both code systems, lost noughts, and what the parts do not tell."""

from __future__ import annotations

import pytest

from payung.exchange import columns
from payung.identity import places, regions
from payung.identity.places import Hints

FIND = places.gazetteer()
#: Karang Anyar in Tarakan Barat.
VILLAGE = "65.71.01.1001"
BPS = regions.load().to_bps(VILLAGE) or ""


@pytest.mark.parametrize(
    ("province", "regency", "district", "village"),
    [
        *(("65", "71", "01", "1001"), ("65", "71", "1", "1001"), ("65.0", "71.0", "1.0", "1001.0")),
        *(("", "71", "01", "1001"), ("", "6571", "01", "1001"), ("", "65.71", "1", "1001")),
        ("65", "71", "001", "1001"),
        *(("65", "6571", "657101", "1001"), ("", "", "65.71.01", "1001"), ("'65", "'71", "'01", "'1001")),
        *(("65", "71", BPS[4:7], BPS[7:]), ("65", "71", BPS[4:7].lstrip("0"), BPS[7:].lstrip("0"))),
        *(("", "6571", BPS[:7], BPS[7:]), ("65", "71", f"{BPS[4:7]}.0", f"{int(BPS[7:])}.0")),
    ],
)  # fmt: skip
def test_the_parts_of_a_code_name_the_village(
    province: str, regency: str, district: str, village: str
) -> None:
    hints = Hints(province_code=province, regency_code=regency, district_code=district, village_code=village)
    assert FIND.find(hints).village == VILLAGE
    assert FIND.find(hints).findings == ()
    named = Hints(village="Karang Anyar", district="Tarakan Barat", village_code=village, regency_code=regency,
                  district_code=district, province_code=province)  # fmt: skip
    assert FIND.find(named).findings == ()


@pytest.mark.parametrize("village", FIND.regions.villages()[::23], ids=lambda village: village.code)
def test_every_village_is_found_by_its_parts_in_both_systems(village: regions.Region) -> None:
    bps = regions.load().to_bps(village.code) or ""
    for parts in (village.code.split("."), [bps[:2], bps[2:4], bps[4:7], bps[7:]]):
        short = [str(int(part)) for part in parts]
        for province, regency, district, own in (parts, short):
            told = FIND.find(Hints("", own, "", district, "", regency, "", province))
            assert told.village == village.code


@pytest.mark.parametrize(
    ("hints", "finding"),
    [
        (Hints(province_code="64", regency_code="71", district_code="01", village_code="1001"), "outside_province"),
        (Hints(province_code="65", regency_code="71", district_code="01", village_code="1999"), "village_missing"),
        (Hints(province_code="65", regency_code="71", district_code="", village_code="1001"), "village_missing"),
        (Hints(province_code="65", regency_code="71", district_code="01", village_code="0"), "village_missing"),
        (Hints(village_code="1001"), "village_missing"),
    ],
)  # fmt: skip
def test_parts_that_name_no_village(hints: Hints, finding: str) -> None:
    told = FIND.find(hints)
    assert told.village is None
    assert finding in told.findings


def test_a_name_is_believed_before_parts_that_name_another_village() -> None:
    told = FIND.find(
        Hints(
            village="Pamusian",
            district="Tarakan Tengah",
            regency_code="71",
            district_code="01",
            village_code="1001",
        )
    )
    assert told.village == "65.71.02.1002"
    assert told.findings == ()


@pytest.mark.parametrize(
    "heads",
    [
        ["KDPROP", "KDKAB", "KDKEC", "KDDESA"], ["KD_PROP", "KD_KAB", "KD_KEC", "KD_KEL"],
        ["NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL"], ["Kode Prov", "Kode Kab", "Kode Kec", "Kode Desa"],
        ["kode_provinsi", "kode_kabupaten_kota", "kode_kecamatan", "kode_desa"], ["kdprov", "kdkab", "kdkec", "kddesa"],
        ["Kode Provinsi", "Kode Kab/Kota", "Kode Kecamatan", "Kode Desa/Kelurahan"],
        ["id_prov", "id_kab", "id_kec", "id_desa"], ["KD PROVINSI", "KD KABUPATEN", "KD KECAMATAN", "KD KELURAHAN"],
        ["1. Kode Prop", "2. Kode Kab", "3. Kode Kec", "4. Kode Kel"],
    ],
    ids=lambda heads: heads[0],
)  # fmt: skip
def test_the_columns_of_the_parts(heads: list[str]) -> None:
    found = columns.recognise(["NIK", "Nama", *heads]).columns
    wanted = dict(zip(("province_code", "regency_code", "district_code", "village_code"), heads, strict=True))
    assert wanted.items() <= found.items()
