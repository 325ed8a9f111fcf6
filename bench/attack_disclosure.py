"""Attacks the counts and prices of the database in use as a member of parliament and as a donor would.

    PAYUNG_HOME=... python -m bench.attack_disclosure [--cells 1000] [--districts 12]

Reads the pages and files themselves, tells how many small counts were found by subtraction, by linear programmes over
two months and all measures of a district, and how many places and trades have a price of their own.
"""

from __future__ import annotations

import argparse
import time

from bench.limits import lift


def main() -> None:
    asked = argparse.ArgumentParser(
        prog="python -m bench.attack_disclosure", description="Attacks the pages."
    )
    asked.add_argument("--cells", type=int, default=1_000)
    asked.add_argument("--districts", type=int, default=12)
    options = asked.parse_args()
    from payung.config.prepare import setup_django

    setup_django()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    lift()
    call_command("collectstatic", interactive=False, verbosity=0)
    from tests.disclosure import attack

    from payung.access.models import User
    from payung.oversight.models import CutMonth
    from payung.registry.queries import occupation_labels, region_names

    member = Client()
    member.force_login(User.objects.filter(assignments__role="dprd").first())
    counted = sorted(str(month) for month in CutMonth.objects.values_list("month", flat=True))
    months = counted[-2:]
    districts = [code for code in sorted(region_names()) if len(code) == 8]
    chosen = districts[:: max(1, len(districts) // options.districts)][: options.districts]
    whole = attack.Bounds()
    read = small = 0
    for district in chosen:
        began = time.perf_counter()
        told = attack.Told()
        attack.read_cuts(member, district, months, told)
        world = attack.true_world(district, months)
        attack.fill_zeros(told, world)
        exact = attack.subtracted(told, world)
        few = sum(0 < world.count(cell) < 5 for cell in world.cells())
        found = attack.bounded(told, world, -(-options.cells // len(chosen)))
        read += len(told.numbers)
        small += few
        for name in ("cells", "exact", "narrow", "wrong", "impossible"):
            setattr(whole, name, getattr(whole, name) + getattr(found, name))
        whole.narrowest = min(whole.narrowest, found.narrowest)
        print(
            f"{district}: {len(told.numbers)} numbers read, {few} true counts of 1 to 4, {len(exact)} by subtraction;"
            f" {found} ({time.perf_counter() - began:.0f} s)",
            flush=True,
        )
    print(f"together: {read} numbers, {small} small counts; {whole}")
    _prices(attack, occupation_labels(), region_names())


def _prices(attack: object, trades: dict[str, str], names: dict[str, str]) -> None:
    from django.test import Client

    from payung.registry.models import Occupation

    stranger = Client()
    sectors = dict(Occupation.objects.values_list("id", "sector"))
    prices: dict[tuple[str, str], set[str]] = {}
    asked = 0
    districts = [code for code in sorted(names) if len(code) == 8]
    for place in districts:
        for trade in list(trades)[::4]:
            prices.setdefault((place[:5], sectors[trade]), set()).add(attack.price_of(stranger, place, trade))
            asked += 1
    own = {key: found for key, found in prices.items() if len(found) > 1}
    print(
        f"prices: {asked} places and trades, {len(prices)} regencies and sectors, {len(own)} with more than one"
    )


if __name__ == "__main__":
    main()
