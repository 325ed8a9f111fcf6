"""Judges a candidate list: every row cleaned, every finding named, good rows apart from bad ones.

Cleaning runs once per different value of a column, not once per row, and the results are joined
back; so a list of a million rows costs as much Python as it has different values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from payung.exchange import cells, days, extras, labels, living, numbers, repeats
from payung.exchange import sexes as sex_words
from payung.exchange.columns import PLACE_FIELDS, ColumnMapping, recognise
from payung.exchange.distinct import over_values, tidy
from payung.exchange.guard import UnreadableFile
from payung.exchange.headings import header_key
from payung.exchange.judged import FINDING, SCHEMA, Judged, Report, UnreadableColumn, counted
from payung.exchange.tables import SentFile, Table
from payung.identity import dates, findings, names, nik, occupations, orders, phones, places, regions

#: From so many cells on it is the column that cannot be read, not a slip.
_A_COLUMN = 2
#: The last rows of an .xls sheet and of an .xlsx sheet; CSV saved from a full sheet ends there too.
_LAST_ROWS = (65_536, 1_048_576)


def judge_file(
    sent: SentFile, *, today: date, province: str = regions.DETAILED, mapping: ColumnMapping | None = None
) -> list[Judged]:
    """Judge every table of a file; a saved `mapping` is used where it fits, else columns are recognised."""
    judged = []
    for table in sent.tables:
        fits = mapping is not None and mapping.fits(table.headers)
        used = mapping if fits and mapping is not None else recognise(table.headers)
        judged.append(judge(table, used, today=today, province=province))
    return repeats.across(judged)


def judge(
    table: Table, mapping: ColumnMapping | None = None, *, today: date, province: str = regions.DETAILED
) -> Judged:
    """Clean and judge the rows of `table`.

    `mapping` says which column means what (None: recognised by name); `today` is the reference date
    for centuries and ages. Raises UnreadableFile ('columns') where neither NIK nor name is mapped.
    """
    used = mapping or recognise(table.headers)
    if not (used.header("nik") or used.header("name")):
        raise UnreadableFile(
            "columns",
            "Kolom NIK dan Nama belum dipasangkan; pasangkan kolomnya lalu ulangi.",
            "The columns for NIK and name are not mapped; map them and try again.",
        )
    return _Judge(table, used, today, province).run()


class _Judge:
    """One list being judged: the cleaned columns so far, and the findings so far."""

    def __init__(self, table: Table, mapping: ColumnMapping, today: date, province: str) -> None:
        self.table = table
        self.mapping = mapping
        self.today = today
        self.province = province
        self.regions = regions.load(province)
        self.finder = places.gazetteer(province)
        told = labels.sort_out(table.rows, mapping.columns, table.headers, self._place_of)
        self.passed = table.rows.select(told.reasons.alias("reason"), pl.all()).drop_nulls("reason")
        kept = table.rows.with_row_index("at").filter(told.reasons.is_null())
        self.kept_at = kept["at"]
        self.raw = kept.drop("at")
        self.below = {name: texts.gather(self.kept_at) for name, texts in told.below.items()}
        self.size = self.raw.height
        self.clean: dict[str, pl.Series] = {"row_no": self.raw["row_no"]}
        self.texts: dict[str, pl.Series] = {}
        self.found: list[pl.DataFrame] = [
            pl.DataFrame(schema={"at": pl.Int64, "code": pl.String, "value": pl.String, "column": pl.String})
        ]
        self.no_birth_date = pl.Series(dtype=pl.Boolean)
        self.unreadable: list[UnreadableColumn] = []

    def run(self) -> Judged:
        self._names()
        self._birth()
        self._nik()
        self._places()
        self._work()
        self._contacts()
        self._membership()
        self._life()
        self._full()
        self._repeats()
        rows = self._rows()
        return Judged(rows, self.raw, self.mapping, self._report(rows), self.table, self.passed)

    def _place_of(self, text: str) -> dict[str, str] | None:
        """Return the place whose name a text exactly is, as a section's title: a village or district."""
        context = self.finder.context(self._titles())
        for field, hints in (
            ("village", places.Hints(village=text)),
            ("district", places.Hints(district=text)),
        ):
            found = self.finder.find_within(hints, context)
            if not found.findings and getattr(found, field):
                return {"village": "", "district": "", field: text}
        return None

    def text(self, name: str) -> pl.Series:
        """Return the cells of field `name` with their ends trimmed; empty text where there is no such column."""
        if name not in self.texts:
            header = self.mapping.header(name)
            if header is None or header not in self.raw.columns:
                self.texts[name] = pl.repeat("", self.size, eager=True, dtype=pl.String).alias(name)
            else:
                self.texts[name] = self.raw[header].fill_null("").str.strip_chars().alias(name)
            if name in self.below:
                # A section's title speaks for the rows below it that say nothing themselves.
                own = self.texts[name]
                self.texts[name] = own.zip_with(own != "", self.below[name]).alias(name)
        return self.texts[name]

    def note(self, codes: pl.Series, name: str, values: pl.Series | None = None) -> None:
        """Add the findings in `codes` (null: none) about field `name`, with the cell's value as sent."""
        if codes.null_count() == self.size:
            return
        column = self.mapping.header(name) or name
        shown = values if values is not None else self.text(name)
        frame = pl.DataFrame({"at": pl.int_range(self.size, eager=True), "code": codes, "value": shown})
        self.found.append(frame.drop_nulls("code").with_columns(pl.lit(column).alias("column")))

    def _names(self) -> None:
        told = self.text("name").str.replace_all(r"[\s\u00a0]+", " ").str.strip_chars()
        read = over_values(told, lambda t: (names.normalise(t), names.finding(t)), ("norm", "code"))
        self.clean["name"] = told
        self.clean["name_norm"] = read["norm"]
        self.note(read["code"], "name")
        for name in ("mother_name", "address", "heir_name", "heir_relation"):
            self.clean[name] = tidy(self.text(name))

    def _birth(self) -> None:
        birth, field = self.text("birth_date"), "birth_date"
        place = self.text("birth_place")
        if self.mapping.header("birth"):
            split = over_values(self.text("birth"), dates.split_birth, ("place", "date"))
            if not self.mapping.header("birth_date"):
                birth, field = split["date"], "birth"
            place = pl.select(pl.when(place != "").then(place).otherwise(split["place"])).to_series()
        read = _births(birth, self.text("nik"), today=self.today)
        self.clean["birth_place"] = tidy(place)
        self.clean["birth_date"] = read["date"]
        self.note(read["code"], field)
        self._whole_column(birth, read["date"], read["code"], field)
        self.no_birth_date = birth == ""

    def _whole_column(self, sent: pl.Series, read: pl.Series, codes: pl.Series, field: str) -> None:
        """Say once of a column of which no cell can be read that it is the column, with an example."""
        unread = (codes == "birth_date_unreadable").arg_true()
        if len(unread) < _A_COLUMN or read.null_count() < self.size:
            return
        first = int(unread[0])
        told = pl.repeat(None, self.size, eager=True, dtype=pl.String).scatter(
            [first], "birth_date_column_unreadable"
        )
        self.note(told, field, sent)
        self.unreadable = [{"column": self.mapping.header(field) or field, "example": sent[first]}]

    def _full(self) -> None:
        """Say of a sheet that ends in the very last row its kind can hold that it was probably cut off."""
        ends = [int(rows["row_no"][-1]) for rows in (self.raw, self.passed) if rows.height]
        if self.size and max(ends) in _LAST_ROWS:
            told = pl.repeat(None, self.size, eager=True, dtype=pl.String).scatter(
                [self.size - 1], "sheet_full"
            )
            self.note(told, "row", pl.repeat(str(max(ends)), self.size, eager=True))

    def _nik(self) -> None:
        sent = self.text("nik")

        def read(text: str) -> tuple[str | None, date | None, str | None, str | None, str | None]:
            told = nik.read(text, regions=self.regions, today=self.today)
            # An old prefix asks nothing of the sender, and every third older resident has one.
            codes = (*(code for code in told.findings if code != "nik_legacy_prefix"), None, None)
            return told.digits, told.birth_date, told.sex, codes[0], codes[1]

        schema = {"nik": pl.String, "nik_birth": pl.Date, "nik_sex": pl.String}
        told = over_values(sent, read, ("nik", "nik_birth", "nik_sex", "code", "more"), schema)
        told = self._without(told, self._changed("nik"), "nik_number")
        told = self._without(told, self._family_cards(told), "nik_is_family_card")
        self.clean["nik"] = told["nik"]
        self.note(told["code"], "nik")
        self.note(told["more"], "nik")
        self._sex(told["nik_sex"])
        frame = told.with_columns(
            self.clean["birth_date"].alias("born"), self.clean["sex"].alias("record_sex")
        )
        usable = pl.col("nik").is_not_null()
        frame = frame.with_columns(
            pl.when(usable & pl.any_horizontal(_differs())).then(pl.lit("nik_birth_date_differs")).alias("d"),
            pl.when(usable & (pl.col("record_sex") != pl.col("nik_sex")))
            .then(pl.lit("nik_sex_differs"))
            .alias("s"),
            pl.when(usable).then(pl.coalesce("born", "nik_birth")).otherwise("born").alias("born_or_nik"),
            pl.when(usable).then(pl.coalesce("record_sex", "nik_sex")).otherwise("record_sex").alias("sex"),
        )
        born_field = "birth_date" if self.mapping.header("birth_date") else "birth"
        self.note(frame["d"], born_field)
        self.note(frame["s"], "sex")
        taken = pl.select(
            pl.when(self.no_birth_date & frame["born"].is_null() & frame["born_or_nik"].is_not_null()).then(
                pl.lit("birth_date_from_nik")
            )
        ).to_series()
        if self.mapping.header(born_field):
            self.note(taken, born_field)
        self.clean["birth_date"] = frame["born_or_nik"]
        self.clean["sex"] = frame["sex"]

    def _family_cards(self, told: pl.DataFrame) -> pl.Series:
        """Clean the family cards and mark the NIKs that are the number of a family card of this sheet.

        Where the NIK fits its row's own birth date it is the NIK, and the family card is the wrong one.
        """
        cards = over_values(self.text("family_card"), _family_card, ("card", "code"))
        lost = self._changed("family_card")
        frame = pl.DataFrame(
            [
                told["nik"],
                told["nik_birth"],
                self.clean["birth_date"].alias("born"),
                cards["card"].set(lost, None),
            ]
        )
        fits = ~pl.any_horizontal(_differs()) & pl.col("born").is_not_null()
        frame = frame.with_columns(
            fits=fits.fill_null(False), number=pl.col("nik").is_in(frame["card"].drop_nulls().implode())
        )
        own = frame.filter("fits")["nik"].drop_nulls()
        wrong_card = frame["card"].is_in(own.implode()).fill_null(False)
        self.clean["family_card"] = frame["card"].set(wrong_card, None)
        codes = cards["code"].set(lost, "family_card_number").set(wrong_card, "family_card_is_nik")
        self.note(codes, "family_card")
        return frame.select((pl.col("number") & ~pl.col("fits")).fill_null(False)).to_series()

    @staticmethod
    def _without(told: pl.DataFrame, unusable: pl.Series, code: str) -> pl.DataFrame:
        """Return the NIK readings without those that are `unusable`, for the reason `code`."""
        if not unusable.any():
            return told
        return told.with_columns(
            pl.when(~unusable).then("nik"),
            pl.when(unusable).then(pl.lit(code)).otherwise("code").alias("code"),
        )

    def _sex(self, by_nik: pl.Series) -> None:
        """Return the sexes as the column means them; letters and codes can depend on the rest of it."""
        cells_sent = self.text("sex")
        frame = pl.DataFrame({"cell": cells_sent, "by_nik": by_nik})
        counts = frame.group_by("cell", "by_nik").len().iter_rows()
        sexes = over_values(
            cells_sent, sex_words.reader(counts, self.mapping.header("sex") or ""), ("sex", "code")
        )
        self.clean["sex"] = sexes["sex"]
        self.note(sexes["code"], "sex")

    def _changed(self, name: str) -> pl.Series:
        """Which of the field's numbers the sender's software changed while it kept them as numbers."""
        digits = self.text(name).str.extract(r"^['’]?(\d{16})(?:[.,]0+)?$")
        stored = self.table.numbers.get(self.mapping.header(name) or "")
        return numbers.changed(digits, None if stored is None else stored.gather(self.kept_at))

    def _places(self) -> None:
        frame = pl.DataFrame([self.text(name) for name in PLACE_FIELDS])
        system = self.mapping.code_system or self._code_system(frame["village_code"])
        if system != self.mapping.code_system:
            self.mapping = ColumnMapping(self.mapping.columns, system)
        finder = self.finder
        context = finder.context(self._titles())
        different = frame.unique()
        read = []
        for values in different.iter_rows():
            place = finder.find_within(_hints(values, system), context)
            codes = (*place.findings, None, None, None)
            read.append((*values, place.village, place.district, *codes[:3]))
        outcome = ("at_village", "at_district", "c0", "c1", "c2")
        answers = pl.DataFrame(read, schema=dict.fromkeys((*PLACE_FIELDS, *outcome), pl.String), orient="row")
        joined = frame.join(answers, on=list(PLACE_FIELDS), how="left", maintain_order="left")
        self.clean["village_code"] = joined["at_village"]
        self.clean["district_code"] = joined["at_district"]
        shown = next((f for f in PLACE_FIELDS[:-1] if self.mapping.header(f)), None)
        for code in ("c0", "c1", "c2"):
            # Registers and associations list people, not places: nothing in their rows can be mended.
            noted = joined[code] if shown else joined[code].replace("village_missing", "list_without_place")
            self.note(noted, shown or "village")
        combined = over_values(self.text("rt_rw"), cells.rt_rw, ("rt", "rw"))
        addressed = over_values(self.text("address"), cells.rt_rw, ("rt", "rw"))
        for part in ("rt", "rw"):
            alone = over_values(self.text(part), lambda t: (cells.block_number(t), None), ("no", "_"))["no"]
            self.clean[part] = pl.select(pl.coalesce(alone, combined[part], addressed[part])).to_series()

    def _titles(self) -> list[str]:
        """Return the sheet's own words about itself: its file's name, its own, the rows above its header."""
        above = [cell for row in self.table.above for cell in row if cell]
        return [re.sub(r"[_\-]+", " ", self.table.file.rpartition(".")[0]), self.table.sheet or "", *above]

    def _code_system(self, codes: pl.Series) -> regions.CodeSystem | None:
        """Return the code system that more of the sheet's village codes belong to; None where neither leads."""
        different = [c for c in codes.unique().to_list() if c]
        votes = {
            system: sum(self.regions.from_code(c, system) is not None for c in different)
            for system in ("kemendagri", "bps")
        }
        if votes["kemendagri"] > 2 * votes["bps"]:
            return "kemendagri"
        return "bps" if votes["bps"] > 2 * votes["kemendagri"] else None

    def _work(self) -> None:
        sent = self.text("occupation")
        if header_key(self.mapping.header("occupation") or "") == "pekerjaan id":
            sent = over_values(sent, lambda text: (occupations.of_register(text), None), ("name", "_"))[
                "name"
            ]
        work = over_values(
            sent,
            lambda t: (*occupations.find(t), occupations.is_wage_work(t) or None),
            ("id", "code", "wage"),
            {"wage": pl.Boolean},
        )
        self.clean["occupation"] = work["id"]
        if self.mapping.header("occupation"):
            self.note(work["code"], "occupation")
        status = over_values(self.text("wage_worker"), cells.wage_worker, ("wage", "code"), pl.Boolean)
        self.clean["wage_worker"] = pl.select(pl.coalesce(status["wage"], work["wage"])).to_series()
        self.note(status["code"], "wage_worker")
        pay = over_values(self.text("income"), cells.income, ("income", "code"), pl.Int64)
        self.clean["income"] = pay["income"]
        self.note(pay["code"], "income")

    def _contacts(self) -> None:
        for name in ("phone", "heir_phone"):
            read = over_values(self.text(name), phones.read, ("phone", "code"))
            self.clean[name] = read["phone"]
            codes = read["code"]
            if name == "heir_phone":
                codes = codes.replace("phone_unreadable", "heir_phone_unreadable")
            self.note(codes, name)

    def _membership(self) -> None:
        header = extras.header_of(self.table.headers, "member_no")
        if header is None:
            return
        sent = self.raw[header].fill_null("").str.strip_chars()
        codes = over_values(sent, extras.member_number, ("number", "code"))["code"]
        self.note(codes, header, sent)

    def _life(self) -> None:
        """Note the dead, the moved, the missing and the invalid that another register marks."""
        for header, sort in living.columns(self.mapping.unmapped(self.table.headers)).items():
            self._said(
                header, self.raw[header].fill_null("").str.strip_chars(), partial(living.of_cell, sort=sort)
            )
        for name in ("occupation", "phone"):
            words = self.text(name)
            self._said(name, words.set(~words.str.contains("[A-Za-z]{2}"), ""), living.of_remark)
        day_of_death, died = days.death_cells(self.raw, self.table.headers)
        if day_of_death is not None:
            told = days.read(died, today=self.today)
            dead = told["date"].is_not_null() | (told["code"] == "death_day_missing")
            self.note(pl.select(pl.when(dead).then(pl.lit("status_dead"))).to_series(), day_of_death, died)
        sent = self.text("name")
        self._said("name", sent.set(~sent.str.contains(living.NAME_HINT), ""), living.of_name)

    def _said(self, name: str, sent: pl.Series, read: Callable[[str], str | None]) -> None:
        """Note what the cells `sent` of a field, or of a column of that name, say of life and residence."""
        self.note(over_values(sent, lambda text: (read(text),), ("code",))["code"], name, sent)

    def _repeats(self) -> None:
        told = ("row_no", "nik", "name_norm", "birth_date", "village_code")
        frame = pl.DataFrame({"at": pl.int_range(self.size, eager=True), **{k: self.clean[k] for k in told}})
        blocked = pl.concat([f.select("at", "code") for f in self.found]).filter(
            pl.col("code").is_in(list(findings.BLOCKING))
        )
        usable = frame.drop_nulls("nik").join(blocked, on="at", how="anti")
        self.found.extend(
            found.with_columns(pl.lit(self.mapping.header(name) or name).alias("column"))
            for name, found in repeats.within(usable, self.text("name"))
        )

    def _rows(self) -> pl.DataFrame:
        severities = {code: kind.severity for code, kind in findings.CATALOGUE.items()}
        notes = pl.concat(
            [f.select(pl.col("at").cast(pl.Int64), "code", "column", "value") for f in self.found]
        ).with_columns(pl.col("code").replace_strict(severities, return_dtype=pl.String).alias("severity"))
        grouped = (
            notes.sort("at", "severity", maintain_order=True)
            .group_by("at", maintain_order=True)
            .agg(
                pl.struct("code", "severity", "column", "value").alias("findings"),
                (pl.col("severity") != "blocks").all().alias("accepted"),
            )
        )
        rows = pl.DataFrame({k: v.alias(k) for k, v in self.clean.items()})
        joined = (
            rows.with_columns(pl.int_range(self.size, dtype=pl.Int64).alias("at"))
            .join(grouped, on="at", how="left", maintain_order="left")
            .with_columns(
                pl.col("accepted").fill_null(True),
                pl.col("findings").fill_null(pl.lit([], dtype=pl.List(FINDING))),
            )
        )
        return joined.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())

    def _report(self, rows: pl.DataFrame) -> Report:
        mapped = self.mapping.columns
        return {
            "file": self.table.file,
            "sheet": self.table.sheet,
            "rows": rows.height,
            "ignored": self.table.rows.height - rows.height,
            **counted(rows),
            "code_system": self.mapping.code_system,
            "unmapped": self.mapping.unmapped(self.table.headers),
            "unreadable": self.unreadable,
            "missing": [f for f in ("nik", "name", "birth_date", "village") if not _has(mapped, f)],
        }


def _has(mapped: Any, name: str) -> bool:
    """Return whether a field is there, in any of the shapes that carry it."""
    shapes = {"birth_date": ("birth_date", "birth"), "village": ("village", "village_code")}
    return any(shape in mapped for shape in shapes.get(name, (name,)))


def _differs() -> list[pl.Expr]:
    """Return whether `born` and `nik_birth` differ by day, month and the year's last digits (a NIK has no century)."""
    return [
        getattr(pl.col("born").dt, part)() % 100 != getattr(pl.col("nik_birth").dt, part)() % 100
        for part in ("day", "month", "year")
    ]


def _hints(values: Sequence[str], system: regions.CodeSystem | None) -> places.Hints:
    return places.Hints(**dict(zip(PLACE_FIELDS, values, strict=True)), system=system)


def _family_card(text: str) -> tuple[str | None, str | None]:
    if text.lower() in cells.NOTHING:
        return None, None
    digits, _ = nik.digits_of(text)
    return digits, None if digits else "family_card_unreadable"


def _births(cells: pl.Series, niks: pl.Series, *, today: date) -> pl.DataFrame:
    """(date, code) of each cell of a column of births, in order; the code is null where there is nothing to say."""
    order = orders.of_column(cells, niks)
    turned = cells.str.replace(r"^\s*(\d{4})-(\d\d)-(\d\d).*$", "$1-$3-$2")
    texts = cells.zip_with(~order.exchanged, turned)

    def reader(month_first: bool, part: pl.Series) -> pl.DataFrame:
        def day(text: str) -> tuple[date | None, str | None]:
            told = dates.read(text, today=today, month_first=month_first)
            return told.date, told.finding

        return over_values(part, day, ("date", "code"), pl.Date)

    read = reader(False, texts)
    if order.month_first.any():
        other = reader(True, texts.set(~order.month_first, ""))
        read = pl.DataFrame([read[name].zip_with(~order.month_first, other[name]) for name in read.columns])
    code = (
        pl.when(pl.lit(order.exchanged))
        .then(pl.lit("birth_date_month_first"))
        .when(pl.lit(order.unsure) & pl.col("code").is_null())
        .then(pl.lit("birth_date_order_unsure"))
        .otherwise("code")
    )
    return read.with_columns(code=code)
