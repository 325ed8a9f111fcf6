"""Who must be told before a cover ends (worker, village, payer): a list now, a gateway where there is one."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from payung.access.actor import Actor, action, everyone_visible
from payung.access.roles import Permission
from payung.coverage import bulk
from payung.coverage.models import Notice
from payung.values import Month

#: (recipient kind, address or '', text) -> None; raises where the message did not go.
Gateway = Callable[[str, str, str], None]

#: Whoever is covered in the month and not in the next: one message to each worker, village and payer.
_ENDING = """
WITH ending AS (
    SELECT c.person_id, c.fund_id, c.region_code FROM coverage_covermonth c
     WHERE c.month = %(month)s
       AND NOT EXISTS (SELECT 1 FROM coverage_covermonth n WHERE n.person_id = c.person_id AND n.month = c.month + 1)
)
INSERT INTO coverage_notice (person_id, fund_id, "to", kind, month, text, state, channel, key, region_code)
SELECT e.person_id, e.fund_id, 'worker', 'ending', %(month)s,
       format('Perlindungan BPJS Ketenagakerjaan %%s dibayar %%s sampai %%s. Sesudah itu bayar sendiri atau hubungi '
              'kantor desa. Tidak ada biaya apa pun.', p.name, y.name, %(day)s),
       'waiting', '', 'ending:worker:' || e.person_id || ':' || %(month)s, e.region_code
  FROM ending e JOIN registry_person p ON p.id = e.person_id JOIN funding_fund f ON f.id = e.fund_id
  JOIN funding_payer y ON y.id = f.payer_id
UNION ALL
SELECT NULL::bigint, NULL::bigint, 'village', 'ending', %(month)s,
       format('%%s pekerja rentan di %%s berakhir perlindungannya %%s. Daftar ada di kantor kecamatan.',
              count(*), v.name, %(day)s),
       'waiting', '', 'ending:village:' || e.region_code || ':' || %(month)s, e.region_code
  FROM ending e JOIN registry_region v ON v.code = e.region_code GROUP BY e.region_code, v.name
UNION ALL
SELECT NULL::bigint, e.fund_id, 'payer', 'ending', %(month)s,
       format('%%s: perlindungan %%s pekerja yang dibayar %%s berakhir %%s. Perpanjang sebelum tanggal itu.',
              y.name, count(*), f.name, %(day)s),
       'waiting', '', 'ending:payer:' || e.fund_id || ':' || %(month)s, %(province)s
  FROM ending e JOIN funding_fund f ON f.id = e.fund_id JOIN funding_payer y ON y.id = f.payer_id
 GROUP BY e.fund_id, f.id, y.id
    ON CONFLICT (key) DO NOTHING
"""


def make_notices(actor: Actor, *, month: Month) -> int:
    """Writes the notices for covers that end with `month`; how many are new. Safe to repeat: one per recipient."""
    with action(
        actor, Permission.EXCHANGE, "notice.make", "notice", region_code=settings.PAYUNG_PROVINCE
    ) as deed:
        last = month.last_day
        about = {
            "month": month.number,
            "day": f"{last.day} {month.in_words()}",
            "province": settings.PAYUNG_PROVINCE,
        }
        with everyone_visible():
            made = bulk.run(_ENDING, about)
        deed.data = {"month": str(month), "new": made}
    return made


def send_notices(
    actor: Actor, *, gateway: Gateway, channel: str, to: str | None = None, limit: int = 1000
) -> int:
    """Hands waiting notices to a gateway, each once; how many went.

    A notice is marked as sent, and that is kept, before it is handed over: after a crash one message may be
    missing, but none goes twice. One that the gateway refuses waits again.
    """
    actor.require(Permission.EXCHANGE, settings.PAYUNG_PROVINCE)
    sent = 0
    for _ in range(limit):
        waiting = Notice.objects.filter(state=Notice.State.WAITING, **({"to": to} if to else {}))
        with action(actor, Permission.EXCHANGE, "notice.send", "notice") as deed:
            notice = (
                waiting.select_for_update(skip_locked=True, of=("self",))
                .select_related("person")
                .order_by("pk")
                .first()
            )
            if notice is None:
                break
            deed.subject_id = notice.pk
            notice.state, notice.channel, notice.sent_at = Notice.State.SENT, channel, timezone.now()
            notice.save(update_fields=["state", "channel", "sent_at"])
        try:
            gateway(notice.to, notice.person.phone if notice.person else "", notice.text)
        except Exception:
            Notice.objects.filter(pk=notice.pk).update(state=Notice.State.WAITING, sent_at=None)
            raise
        sent += 1
    return sent


def folder_gateway(folder: Path) -> Gateway:
    """A gateway that appends each message to a day's file, for printing or mailing by hand."""
    folder.mkdir(parents=True, exist_ok=True)

    def put(to: str, address: str, text: str) -> None:
        with (folder / f"{timezone.localdate():%Y-%m-%d}-{to}.txt").open("a", encoding="utf-8") as file:
            file.write(f"{address or '-'}\t{text}\n")

    return put


def configured_gateway(name: str) -> Gateway:
    """The gateway `package.module:function` that the deployment names. Raises ImportError, AttributeError."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def waiting_list(month: Month) -> list[dict[str, object]]:
    """The notices for covers ending with `month`, for a printed list: village by village, no NIK."""
    return bulk.dicts(
        "SELECT n.\"to\", v.name AS village, coalesce(p.name, '') AS person, n.text, n.state FROM coverage_notice n"
        " LEFT JOIN registry_person p ON p.id = n.person_id LEFT JOIN registry_region v ON v.code = n.region_code"
        ' WHERE n.month = %s ORDER BY n."to" DESC, n.region_code, p.name LIMIT 20000',
        [month.number],
    )


def ends_within(today: date, days: int) -> list[Month]:
    """The months whose last day lies within so many days of today."""
    month, found = Month.containing(today), []
    while (month.last_day - today).days <= days:
        found.append(month)
        month = month + 1
    return found
