"""Regions: the tree, the two code systems, and the places that rows mean."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import payung
from payung.identity import findings, places, reference, regions
from payung.identity.places import Hints

R = regions.load()
FIND = places.gazetteer()
VILLAGES = R.villages()


def test_the_tree_of_the_province() -> None:
    assert [r.name for r in R.regencies()] == [
        *("Kabupaten Bulungan", "Kabupaten Malinau", "Kabupaten Nunukan", "Kabupaten Tana Tidung"),
        "Kota Tarakan",
    ]
    assert (len(R.districts()), len(VILLAGES)) == (55, 482)
    assert len(R.children("")) == 38
    assert R.ancestors("65.71.01.1001") == ["65", "65.71", "65.71.01"]
    assert all(R.has(code) for village in VILLAGES for code in R.ancestors(village.code))
    assert R.get("65.71.01.1001").level == "village"
    assert regions.contains("65.7", "65.71") is False


def test_the_same_digits_mean_different_regencies() -> None:
    assert R.name(R.from_code("6501", "kemendagri")) == "Kabupaten Bulungan"
    assert R.name(R.from_code("6501", "bps")) == "Kabupaten Malinau"
    assert R.from_code("6571", "bps") == R.from_code("6571", "kemendagri") == "65.71"


def test_every_village_and_district_has_both_codes() -> None:
    for region in (*VILLAGES, *R.districts(), *R.regencies()):
        bps = R.to_bps(region.code)
        assert bps is not None
        assert R.from_code(bps, "bps") == region.code
        assert R.from_code(region.code.replace(".", ""), "kemendagri") == region.code


def test_codes_of_earlier_editions_lead_to_todays() -> None:
    assert R.current("65.03.05.2001") is not None
    assert R.from_code("6503052004", "kemendagri") == "65.03.19.2002"
    assert R.current("65.99.01.2001") is None


def test_neighbours_are_mutual_and_of_one_level() -> None:
    for district in R.districts():
        for other in R.neighbours(district.code):
            assert district.code in R.neighbours(other)
            assert regions.level_of(other) == "district"
    assert set(R.neighbours("65.01")) == {"65.02", "65.04"}


def test_another_province_can_be_loaded() -> None:
    other = regions.load("64")
    assert other.has("64.71.01")
    assert other.villages()
    with pytest.raises(ValueError, match="99"):
        regions.load("99")


@pytest.mark.parametrize("village", VILLAGES, ids=lambda v: v.code)
def test_every_village_is_found_by_name_and_by_code(village: regions.Region) -> None:
    district, regency = R.name(village.code[:8]), R.name(village.code[:5])
    for spelling in (
        village.name,
        village.name.upper(),
        f"Desa {village.name}",
        f"kel. {village.name.lower()}",
    ):
        found = FIND.find(Hints(village=spelling, district=district, regency=regency))
        assert (found.village, found.findings) == (village.code, ())
    bps = Hints(village=village.name, village_code=R.to_bps(village.code), district=district)
    assert FIND.find(bps).village == village.code
    dotted = FIND.find(Hints(village_code=village.code))
    assert (dotted.village, dotted.findings) == (village.code, ())


@pytest.mark.parametrize(
    "row", reference.rows("kaltara_village_name_variants.csv"), ids=lambda r: r["variant"]
)
def test_known_variants_of_spelling(row: dict[str, str]) -> None:
    found = FIND.find(Hints(village=row["variant"], district=R.name(row["code"][:8])))
    assert (found.village, found.findings) == (row["code"], ())


@pytest.mark.parametrize(
    ("hints", "code", "notes"),
    [
        (Hints(village="Kampung Satu Skip"), "65.71.02.1001", ()),
        (Hints(village="KampungISkip", district="Tarakan Tengah"), "65.71.02.1001", ()),
        (Hints(village="Kr. Anyar Pantai", regency="Tarakan"), "65.71.01.1003", ()),
        (Hints(village="Sei Pancang", regency="Nunukan"), "65.03.11.2001", ()),
        (Hints(village="Sebengkk", district="Tarakan Tengah"), "65.71.02.1003", ("village_guessed",)),
        (Hints(village="Sebengkok", district="Tarakan Barat"), "65.71.02.1003", ("village_elsewhere",)),
        (Hints(village="Mara Satu"), "65.01.02.2003", ()),
        (Hints(village="Tanjung Harapan", district="Nunukan Selatan"), "65.03.09.1004", ()),
        (Hints(village="Tanjung Harapan", regency="Nunukan"), None, ("village_ambiguous", "village_missing")),
        (Hints(village="Atlantis", district="Nunukan"), None, ("village_unknown",)),
        (Hints(district="Nunukan"), None, ("village_empty",)),
        (Hints(regency="Nunukan"), None, ("village_missing",)),
        (Hints(), None, ("village_missing",)),
        (Hints(village="Tanjung Redeb", regency="Kab. Berau"), None, ("outside_province",)),
        (Hints(province="Sulawesi Selatan"), None, ("outside_province",)),
        (Hints(regency="Bulungan", province="Kalimantan Timur", village="Bunau"), "65.01.09.2003", ()),
        (Hints(village_code="3501012001"), None, ("outside_province",)),
    ],
)
def test_what_rows_mean(hints: Hints, code: str | None, notes: tuple[str, ...]) -> None:
    if hints.village == "Bunau":
        code = next(v.code for v in VILLAGES if v.name == "Bunau")
    if hints.district == "Nunukan Selatan":
        code = next(v.code for v in R.villages("65.03.09") if v.name == "Tanjung Harapan")
    found = FIND.find(hints)
    assert (found.village, found.findings) == (code, notes)


def test_a_code_both_systems_know_needs_a_name_or_a_system() -> None:
    code = "6504022001"
    assert FIND.find(Hints(village_code=code)).findings == ("village_code_ambiguous", "village_missing")
    assert FIND.find(Hints(village_code=code, system="bps")).village == R.from_code(code, "bps")
    assert FIND.find(Hints(village_code=code, village="Sesayap")).village == R.from_code(code, "kemendagri")
    assert FIND.find(Hints(village_code=code, regency="Nunukan")).village == R.from_code(code, "bps")


def test_a_sheets_own_words_fill_what_its_rows_leave_open() -> None:
    context = FIND.context(["Kec. Tanjung Palas", "Karang Anyar", "DAFTAR USULAN KECAMATAN TANJUNG PALAS"])
    assert (context.district, context.village) == ("Tanjung Palas", "Karang Anyar")
    assert FIND.find(Hints(village="Karang Anyar")).village is None
    named = FIND.find_within(Hints(village="Karang Anyar"), context)
    assert named.village[:8] == "65.01.01"
    empty = FIND.find_within(Hints(), context)
    assert (empty.village, empty.findings) == (named.village, ("village_from_title",))
    assert FIND.context(["Himpunan nelayan Tarakan Nunukan"]).regency == ""
    assert FIND.context(["Dinas Perikanan Tarakan"]).regency == "Kota Tarakan"
    assert (
        FIND.find_within(Hints(village="Karang Anyar"), FIND.context(["Tarakan"])).village == "65.71.01.1001"
    )


def test_what_a_row_says_outweighs_its_sheet() -> None:
    context = FIND.context(["Kec. Tarakan Barat"])
    assert FIND.find_within(Hints(village="Sebengkok"), context).village == "65.71.02.1003"
    assert FIND.find_within(Hints(village="Sebengkok"), context).findings == ()


words = st.text(max_size=20) | st.sampled_from([v.name for v in VILLAGES])
codes = st.text(max_size=14) | st.from_regex(r"65[0-9.]{0,11}", fullmatch=True)


systems = st.sampled_from([None, "bps", "kemendagri"])


@given(st.builds(Hints, words, codes, words, codes, words, codes, words, codes, systems))
def test_any_hints_give_a_place_that_holds_together(hints: Hints) -> None:
    found = FIND.find(hints)
    assert all(note in findings.CATALOGUE for note in found.findings)
    if found.village:
        assert regions.contains(found.district, found.village)
    if found.district:
        assert regions.contains(found.regency, found.district)
    else:
        assert any(findings.kind(note).blocks for note in found.findings)


@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_titles_give_a_context(texts: list[str]) -> None:
    FIND.context(texts)


#: Ways in which containment was written by hand, each a little otherwise.
BY_HAND = re.compile(
    r"region_code \^@|\.startswith\((region|outer|inside|district|wanted|code)\)|\^@ \(?r\.code|\^@ g\.code"
)
#: The policy of row-level security, whose scope holds whole codes only, and the definitions themselves.
DEFINED = {"database/schema.py", "identity/regions.py"}


def test_containment_is_asked_of_one_function_and_never_written_by_hand() -> None:
    root = Path(payung.__file__).parent
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if "migrations" not in path.parts and BY_HAND.search(path.read_text("utf-8"))
    }
    assert found <= DEFINED
