"""Loads the region and occupation tables from the reference data, and keeps them as that data is."""

from __future__ import annotations

from django.conf import settings
from django.db import connections

from payung.identity import occupations, reference, regions
from payung.registry.models import Occupation, Region


def load_reference(using: str) -> None:
    """Write regions of the deployment's province and all occupations through the connection `using`.

    Safe to repeat: rows are updated in place, none is removed. Two statements, however many rows.
    """
    known = regions.load(settings.PAYUNG_PROVINCE)
    people = {row["code"]: int(row["pop_2024_scaled"]) for row in reference.rows("kaltara_districts.csv")} | {
        row["code"]: int(row["pop_total"]) for row in reference.rows("regencies.csv")
    }
    codes = [
        settings.PAYUNG_PROVINCE,
        *(region.code for region in known.regencies()),
        *(region.code for region in known.districts()),
        *(region.code for region in known.villages()),
    ]
    rows = []
    for code in codes:
        region = known.get(code)
        if region is None:
            raise ValueError(f"region {code} is missing from the reference data")
        rows.append(
            Region(
                code=code,
                name=region.name,
                level=region.level,
                parent_id=region.parent,
                bps_code=known.to_bps(code) or "",
                population=people.get(code),
            )
        )
    Region.objects.using(using).bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "level", "parent", "bps_code", "population"],
    )
    Occupation.objects.using(using).bulk_create(
        [
            Occupation(
                id=trade.id, label=trade.label, sector=occupations.sector(trade.id), hazard=trade.hazard
            )
            for trade in occupations.table().values()
        ],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["label", "sector", "hazard"],
    )
    connections[using].close()
