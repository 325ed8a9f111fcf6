"""The certificate of a paid promise as PDF: what is proved, and a code that anybody can check."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Refused
from payung.coverage.check_codes import printed
from payung.documents.paper import make_paper
from payung.giving.gifts import Gift
from payung.values import Month, format_rupiah


def certificate(made: Gift, on: date) -> bytes:
    """Return the certificate as it stands on a day. Raises Refused while no payment is proved."""
    donation = made.donation
    if not made.confirmed:
        raise Refused(
            _("Sertifikat %(reference)s terbit setelah bukti bayar bulan pertama cocok dengan tagihannya."),
            reference=donation.reference,
        )
    months = made.paid_months
    people = max(bill.people for bill in made.bills if bill.month in months)
    facts = {
        "owner": settings.PAYUNG_PROGRAMME_OWNER,
        "name": donation.name or "Donatur yang tidak ingin disebut namanya",
        "reference": donation.reference,
        "people": _number(people),
        "months": str(len(months)),
        "span": _span(months),
        "of": "" if made.all_paid else f"dari {made.months} bulan dalam SK",
        "person_months": _number(made.active_months),
        "rupiah": format_rupiah(made.settled),
        "place": made.place,
        "trade": made.trade or "Semua pekerjaan rentan",
        "on": _day(on),
        **printed(donation.check_code),
    }
    return make_paper(
        "giving",
        "certificate.typ",
        {"facts": facts},
        address=facts["address"],
        pictures=["web/static/payung/umbrella.svg"],
        tagged=True,
    )


def _span(months: list[Month]) -> str:
    """Write the months in words, run by run: a month in between that is not paid is not in it."""
    runs: list[list[Month]] = []
    for month in sorted(months):
        if runs and month == runs[-1][-1] + 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(
        run[0].in_words() if len(run) == 1 else f"{run[0].in_words()} – {run[-1].in_words()}" for run in runs
    )


def _day(day: date) -> str:
    return f"{day.day} {Month.containing(day).in_words()}"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
