"""Made lists with the truth known: households, namesakes, twins, and the slips that clerks make.

Written for the tests and for training the packaged model, independently of the demo province. The rates are
assumptions; no real person is in here.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

import polars as pl


def _words(text: str) -> list[str]:
    return text.split()


_MEN = _words(
    "AHMAD MUHAMMAD ABDUL BUDI AGUS SUTRISNO HERMAN YUSUF RIDWAN HASAN UDIN RUSLI SYAHRIL JOKO SLAMET BAMBANG "
    "HAMZAH IDRIS FAISAL ZAINAL ARIFIN RAHMAT SUHARTO HIDAYAT ISMAIL USMAN AMIRUDDIN SAMSUDDIN BAHARUDDIN ANWAR "
    "LUKAS MARKUS STEFANUS ROBERT DANIEL MARTHEN TINUS LALU GEDE KETUT MADE JUNAEDI TAUFIK WAHYU EKO DWI TRI"
)
_WOMEN = _words(
    "SITI NUR SRI DEWI FATIMAH AMINAH HALIMAH RAHMAWATI NURHAYATI SULASTRI KARTINI MARIA YULIANA ROSNAH HASNAH "
    "JUMIATI RUSMINI SUMIATI ERNAWATI LINDAWATI MARIANI AISYAH KHADIJAH ZUBAIDAH SALMAH MARTHA RUTH ESTER DEBORA "
    "WULAN RATNA INDAH LESTARI AYU PUTRI MURNI SUSANTI NINGSIH HARTATI JAMILAH SAODAH BUNGA TUTI YATI"
)
_SECOND = _words(
    "SAPUTRA WIJAYA SANTOSO HIDAYAT NUGROHO SETIAWAN RAHMAN HAKIM HASIBUAN SIMBOLON LAING USAT TANDI RANTE PAKPAHAN "
    "PRATAMA KURNIAWAN FIRMANSYAH MAULANA ANSHARI EFENDI SYARIFUDDIN GUNAWAN SUPRIYADI HARYANTO MANURUNG DAENG"
)
_SYLLABLES = _words("BA RA MA SU LI NA TO KE DI SA WA LO PU JA RI MU HA TI NO YA")
_SPELLINGS = (
    ("U", "OE"),
    ("J", "DJ"),
    ("C", "TJ"),
    ("SY", "S"),
    ("Z", "J"),
    ("F", "P"),
    ("KH", "H"),
    ("Y", "I"),
)
_WAYS = "MAWAR MELATI PATTIMURA DIPONEGORO MERDEKA PASAR NELAYAN CENDANA SUDIRMAN HASANUDDIN KENANGA DURIAN"
_STREETS = [f"{kind} {name}" for kind in ("Jl.", "Gang") for name in _WAYS.split()]  # fmt: skip
_TRADES = [f"trade_{number}" for number in range(30)]


def made_list(rows: int, seed: int, repeated: float = 0.1, drop_nik: bool = False) -> pl.DataFrame:
    """A table of matching columns and true_id; about `repeated` of the rows tell of a person for the second time."""
    rng = random.Random(seed)
    people = _people(int(rows * (1 - repeated)), rng)
    chosen = people + [rng.choice(people) for _ in range(rows - len(people))]
    rng.shuffle(chosen)
    out = []
    for number, person in enumerate(chosen):
        out.append({"id": str(number), **_as_written(person, rng), "true_id": person["true_id"]})
    table = pl.DataFrame(out, infer_schema_length=None)
    return table.drop("nik") if drop_nik else table


def _name(rng: random.Random, woman: bool) -> str:
    pool = _WOMEN if woman else _MEN
    parts = [pool[min(int(rng.expovariate(0.08)), len(pool) - 1)]]
    if rng.random() < 0.45:
        parts.append("".join(rng.choice(_SYLLABLES) for _ in range(rng.choice((2, 3)))))
    if rng.random() < 0.5:
        parts.append(rng.choice(_SECOND))
    return " ".join(parts)


def _people(count: int, rng: random.Random) -> list[dict[str, object]]:
    people: list[dict[str, object]] = []
    serials: dict[str, int] = {}
    while len(people) < count:
        village = f"71.{rng.randint(1, 8):02}.{rng.randint(1, 7):02}.{rng.randint(2001, 2009)}"
        street = f"{rng.choice(_STREETS)} No. {rng.randint(1, 90)}"
        unit = f"RT {rng.randint(1, 9):02}/{rng.randint(1, 4):02}"
        mother, phone = _name(rng, True), f"08{rng.randint(10**9, 10**10 - 1)}"
        born = date(rng.randint(1960, 2006), 1, 1) + timedelta(days=rng.randint(0, 364))
        for _ in range(rng.choice((1, 1, 2, 2, 3, 4))):
            woman = rng.random() < 0.45
            if rng.random() > 0.03:
                born = date(rng.randint(1960, 2006), 1, 1) + timedelta(days=rng.randint(0, 364))
            if rng.random() < 0.06:
                born = born.replace(month=1, day=1)
            home = (
                village if rng.random() < 0.8 else f"73.{rng.randint(1, 20):02}.{rng.randint(1, 9):02}.2001"
            )
            stem = home.replace(".", "")[:6] + f"{born.day + 40 * woman:02}{born:%m%y}"
            serials[stem] = serials.get(stem, 0) + 1
            people.append({
                "true_id": len(people), "nik": f"{stem}{serials[stem]:04}", "name": _name(rng, woman),
                "sex": "female" if woman else "male", "born": born, "birth_place": f"KOTA {home[3:5]}",
                "mother": mother if rng.random() < 0.6 else _name(rng, True), "street": street, "unit": unit,
                "village": village, "phone": phone if rng.random() < 0.5 else f"08{rng.randint(10**9, 10**10 - 1)}",
                "trade": rng.choice(_TRADES),
            })  # fmt: skip
    return people[:count]


def _as_written(person: dict[str, object], rng: random.Random) -> dict[str, str | None]:
    born = person["born"]
    assert isinstance(born, date)
    if rng.random() < 0.03:
        born = born.replace(day=1, month=1)
    elif rng.random() < 0.02 and born.day <= 12:
        born = born.replace(day=born.month, month=born.day)
    shape = rng.choice(("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"))
    address = f"{person['street']} {person['unit'] if rng.random() < 0.7 else ''}".strip()
    return {
        "nik": None if rng.random() < 0.1 else _slip(str(person["nik"]), rng, 0.06, "0123456789"),
        "name": _spelt(str(person["name"]), rng),
        "sex": None if rng.random() < 0.02 else str(person["sex"]),
        "birth_date": None if rng.random() < 0.04 else born.strftime(shape),
        "birth_place": None if rng.random() < 0.3 else str(person["birth_place"]),
        "mother_name": None if rng.random() < 0.6 else _spelt(str(person["mother"]), rng),
        "address": None if rng.random() < 0.15 else address,
        "village_code": None if rng.random() < 0.05 else str(person["village"]),
        "phone": None if rng.random() < 0.45 else _slip(str(person["phone"]), rng, 0.05, "0123456789"),
        "occupation": None
        if rng.random() < 0.2
        else str(person["trade"] if rng.random() < 0.8 else rng.choice(_TRADES)),
    }


def _spelt(name: str, rng: random.Random) -> str:
    words = name.split()
    if words[0] == "MUHAMMAD":
        words[0] = rng.choice(("MUHAMMAD", "MUH.", "MOH.", "M.", "MUHAMAD", "MOCHAMMAD"))
    if words[0] == "SITI" and rng.random() < 0.3:
        words[0] = rng.choice(("ST.", "SITTI"))
    if len(words) > 1 and rng.random() < 0.05:
        words.pop()
    if len(words) > 1 and rng.random() < 0.02:
        words.reverse()
    name = " ".join(words)
    if rng.random() < 0.08:
        old, new = rng.choice(_SPELLINGS)
        name = name.replace(old, new)
    if rng.random() < 0.06:
        name = rng.choice(("H. ", "HJ. ", "ALM. ")) + name
    name = _slip(name, rng, 0.06, "AEINRSTU")
    return name.title() if rng.random() < 0.4 else name


def _slip(text: str, rng: random.Random, rate: float, letters: str) -> str:
    if rng.random() >= rate or len(text) < 4:
        return text
    at = rng.randrange(1, len(text) - 1)
    kind = rng.random()
    if kind < 0.45:
        return text[:at] + rng.choice(letters) + text[at + 1 :]
    if kind < 0.65:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if kind < 0.85 else text[:at] + text[at] + text[at:]
