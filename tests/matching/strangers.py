"""Made lists that are not Indonesian and have other columns, with the truth known; every rate is an assumption.

`contacts`: few people many times over, with first name, surname, birth date, city and e-mail, each often missing or
mistyped. `dead_worthies`: people of four centuries with a full name beside parts of it, titles, families of one name in
one place, birth dates of which often only the year is known.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

import polars as pl

#
_GIVEN = {
    "Robert": ("Rob", "Bob"),
    "William": ("Will", "Bill"),
    "Thomas": ("Tom",),
    "Elizabeth": ("Eliza", "Liz"),
    "Margaret": ("Maggie", "Meg"),
    "Samuel": ("Sam",),
    "Joseph": ("Joe",),
    "Charles": ("Charlie",),
    "Edward": ("Ned", "Ted"),
    "Katherine": ("Kate", "Kitty"),
    "Alexander": ("Alex", "Sandy"),
    "Henry": ("Harry",),
    "Anne": ("Annie", "Nan"),
    "Frederick": ("Fred",),
    "Benjamin": ("Ben",),
    "Isabella": ("Bella",),
    "George": (),
    "John": ("Jack",),
    "Mary": ("Molly",),
    "James": ("Jim",),
    "Sarah": ("Sally",),
    "Grace": (),
    "Logan": (),
    "Evie": (),
    "Harriet": (),
    "Oliver": ("Ollie",),
    "Freya": (),
    "Dylan": (),
    "Amelia": ("Amy",),
    "Jacob": ("Jake",),
    "Poppy": (),
    "Noah": (),
    "Ella": (),
    "Isaac": (),
    "Ruby": (),
    "Arthur": ("Art",),
    "Daniel": ("Dan",),
    "Lucy": (),
    "Hugh": (),
    "Walter": ("Walt",),
    "Jane": (),
    "Philip": ("Phil",),
    "Ralph": (),
    "Emma": (),
}
_SURNAMES = [
    "Smith",
    "Jones",
    "Taylor",
    "Brown",
    "Williams",
    "Wilson",
    "Johnson",
    "Davies",
    "Robinson",
    "Wright",
    "Thompson",
    "Evans",
    "Walker",
    "White",
    "Roberts",
    "Green",
    "Hall",
    "Wood",
    "Jackson",
    "Clarke",
    "Allen",
    "Murphy",
    "Kelly",
    "Dean",
    "Bailey",
    "Harris",
    "Lewis",
    "Clifford",
    "Howard",
    "Percy",
    "Neville",
    "Stanley",
    "Cavendish",
    "Russell",
    "Talbot",
    "Seymour",
    "Herbert",
    "Fairfax",
    "Lascelles",
    "Pemberton",
    "Ashworth",
    "Thornton",
    "Hargreaves",
    "Sutcliffe",
    "Birtwistle",
    "Entwistle",
    "Ramsbottom",
    "Trelawney",
    "Penrose",
    "Carew",
    "Godolphin",
    "Boscawen",
    "Killigrew",
    "Arundell",
    "Basset",
    "Prideaux",
    "Courtenay",
    "Fortescue",
    "Grenville",
    "Pole",
    "Rolle",
]
_SYLLABLES = [
    "bar",
    "wick",
    "ton",
    "ley",
    "ham",
    "ford",
    "worth",
    "den",
    "croft",
    "gate",
    "mere",
    "shaw",
    "thorpe",
    "by",
    "hurst",
    "field",
    "stead",
    "brook",
]
_CITIES = [
    "London",
    "Birmingham",
    "Leeds",
    "Glasgow",
    "Sheffield",
    "Bradford",
    "Liverpool",
    "Edinburgh",
    "Manchester",
    "Bristol",
    "Cardiff",
    "Leicester",
    "Coventry",
    "Nottingham",
    "Newcastle",
    "Sunderland",
    "Brighton",
    "Hull",
    "Plymouth",
    "Wolverhampton",
    "Derby",
    "Swansea",
    "Southampton",
    "Portsmouth",
    "Aberdeen",
]
_COUNTIES = [
    "devon",
    "cornwall",
    "kent",
    "norfolk",
    "york",
    "surrey",
    "essex",
    "dorset",
    "durham",
    "lincolnshire",
    "suffolk",
    "somerset",
    "cumberland",
]
_TRADES = [
    "politician",
    "writer",
    "painter",
    "clergyman",
    "soldier",
    "lawyer",
    "physician",
    "engineer",
    "botanist",
    "composer",
    "actor",
    "merchant",
]
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def contacts(people: int, seed: int, rows_each: float = 4.0, harm: float = 1.0) -> pl.DataFrame:
    """unique_id, first_name, surname, dob, city, email, cluster; harm 1 is as bad as such lists are told to be."""
    rng = random.Random(seed)
    rows = []
    for person in range(people):
        given, surname = _given(rng), _surname(rng)
        born = date(1930, 1, 1) + timedelta(days=rng.randrange(32_000))
        city = rng.choice(_CITIES) if rng.random() < 0.6 else "London"
        host = f"{_surname(rng).lower()}-{_surname(rng).lower()}.{rng.choice(('com', 'net', 'org', 'biz'))}"
        email = f"{given.lower()}{rng.choice(('', '.', surname[0].lower()))}{rng.randrange(100)}@{host}"
        for _ in range(min(8, 1 + int(rng.expovariate(1 / (rows_each - 0.6))))):
            bad = rng.choice((0.15, 0.5, 1.0)) * harm
            one, two = _nick(given, rng, 0.08), surname
            if rng.random() < 0.08:
                one, two = two, one
            when = born.isoformat()
            if rng.random() < 0.35 * bad:
                when = _another_day(born, rng).isoformat()
            rows.append(
                {
                    "first_name": _gone(_typos(one, rng, 0.35 * bad), rng, 0.17),
                    "surname": _gone(_typos(two, rng, 0.35 * bad), rng, 0.18),
                    "dob": _gone(when, rng, 0.05),
                    "city": _gone(_typos(city, rng, 0.35 * bad), rng, 0.19),
                    "email": _gone(_typos(email, rng, 0.45 * bad), rng, 0.21),
                    "cluster": person,
                }
            )
    rng.shuffle(rows)
    return pl.DataFrame(
        [{"unique_id": number, **row} for number, row in enumerate(rows)], infer_schema_length=None
    )


def dead_worthies(people: int, seed: int, rows_each: float = 10.0, harm: float = 1.0) -> pl.DataFrame:
    """unique_id, cluster, full_name, first_and_surname, first_name, surname, dob, birth_place, postcode_fake, gender,
    occupation."""
    rng = random.Random(seed)
    rows: list[dict[str, object]] = []
    families: list[tuple[str, str, str]] = []
    for person in range(people):
        if families and rng.random() < 0.3:
            surname, county, area = rng.choice(families)
        else:
            surname, county, area = (
                _surname(rng).lower(),
                rng.choice(_COUNTIES),
                f"{rng.choice(_LETTERS)}{rng.choice(_LETTERS)}{rng.randrange(1, 30)}",
            )
            families.append((surname, county, area))
        given = _given(rng).lower()
        middle = _given(rng).lower() if rng.random() < 0.4 else ""
        title = rng.choice(("", "", "", "sir", "1st baron", "2nd earl of", "3rd baronet"))
        born = date(1600, 1, 1) + timedelta(days=rng.randrange(130_000))
        born = born.replace(month=1, day=1) if rng.random() < 0.2 else born
        post = f"{area} {rng.randrange(1, 10)}{rng.choice(_LETTERS)}{rng.choice(_LETTERS)}"
        sex, trade = rng.choice(("male", "male", "male", "female")), rng.choice(_TRADES)
        for row in range(max(1, int(rng.gauss(rows_each, rows_each / 3)))):
            bad = (0.0 if row == 0 else rng.choice((0.3, 1.0, 1.7))) * harm
            one = _typos(_nick(given, rng, 0.25 * bad), rng, 0.10 * bad)
            two = _typos(surname, rng, 0.12 * bad)
            if middle and rng.random() < 0.07 * bad:
                one = middle
            if rng.random() < 0.04 * bad:
                one, two = two, one
            parts = [one, middle if rng.random() < 0.6 else "", two]
            full = " ".join(part for part in parts if part)
            if title and rng.random() < 0.6:
                full = (
                    f"{title} {full}"
                    if title == "sir"
                    else f"{full}, {title} {county if title.endswith('of') else surname}"
                )
            when: str | None = born.isoformat()
            if rng.random() < 0.15 * bad:
                when = (
                    born.replace(month=1, day=1) if rng.random() < 0.5 else _another_day(born, rng)
                ).isoformat()
            code = post
            if rng.random() < 0.35 * bad:
                code = (
                    f"{area} {rng.randrange(1, 10)}{rng.choice(_LETTERS)}{rng.choice(_LETTERS)}"
                    if rng.random() < 0.6
                    else _typos(post, rng, 1.0)
                )
            rows.append(
                {
                    "unique_id": f"Q{7 * person + 1000}-{row + 1}",
                    "cluster": f"Q{7 * person + 1000}",
                    "full_name": full,
                    "first_and_surname": f"{one} {two}",
                    "first_name": one,
                    "surname": two,
                    "dob": _gone(when, rng, 0.2 * bad),
                    "birth_place": _gone(
                        county if rng.random() > 0.15 * bad else rng.choice(_COUNTIES), rng, 0.15 * bad
                    ),
                    "postcode_fake": _gone(code, rng, 0.2 * bad),
                    "gender": _gone(sex, rng, 0.2),
                    "occupation": _gone(trade if rng.random() > 0.2 * bad else rng.choice(_TRADES), rng, 0.3),
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None)


def _given(rng: random.Random) -> str:
    names = list(_GIVEN)
    return names[min(int(rng.expovariate(0.07)), len(names) - 1)]


def _surname(rng: random.Random) -> str:
    if rng.random() < 0.45:
        return _SURNAMES[min(int(rng.expovariate(0.06)), len(_SURNAMES) - 1)]
    return "".join(rng.choice(_SYLLABLES) for _ in range(2)).title()


def _nick(given: str, rng: random.Random, rate: float) -> str:
    short = _GIVEN.get(given.title(), ())
    if not short or rng.random() >= rate:
        return given
    chosen = rng.choice(short)
    return chosen if given[0].isupper() else chosen.lower()


def _gone(value: str | None, rng: random.Random, rate: float) -> str | None:
    return None if rng.random() < rate else value


def _another_day(born: date, rng: random.Random) -> date:
    """The date with its day, month or a digit of its year mistyped."""
    kind = rng.random()
    if kind < 0.35:
        return born.replace(day=rng.randint(1, 28))
    if kind < 0.65:
        return born.replace(day=min(born.day, 28), month=rng.randint(1, 12))
    year = list(str(born.year))
    year[rng.choice((2, 3))] = str(rng.randrange(10))
    return born.replace(year=int("".join(year)), day=min(born.day, 28))


def _typos(text: str, rng: random.Random, rate: float) -> str:
    """The text with one slip or more: letters changed, lost, doubled, or swapped anywhere."""
    rate = min(rate, 0.6)
    while rng.random() < rate and len(text) > 2:
        at = rng.randrange(len(text))
        other = rng.randrange(len(text))
        kind = rng.random()
        if kind < 0.35:
            text = text[:at] + rng.choice(_LETTERS) + text[at + 1 :]
        elif kind < 0.55:
            text = text[:at] + text[at + 1 :]
        elif kind < 0.75:
            text = text[:at] + rng.choice(_LETTERS) + text[at:]
        else:
            letters = list(text)
            letters[at], letters[other] = letters[other], letters[at]
            text = "".join(letters)
    return text
