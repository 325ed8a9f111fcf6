"""Work on covers in the background: decrees, the branch's files and answers, bank statements, and large files."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy, gettext_noop
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused
from payung.coverage import actions
from payung.coverage.annex import annex_csv, annex_on, annex_pdf
from payung.coverage.models import Decree
from payung.coverage.notices import configured_channel
from payung.coverage.standing import write_everyone
from payung.jobs import uploads
from payung.jobs.kinds import Made, Outcome, Tell, job
from payung.values import Month, format_rupiah

#: A file of more rows than these is made by a job.
MOST_ROWS = 10_000
CSV, PDF = "text/csv; charset=utf-8", "application/pdf"
_READY = gettext_noop("Berkas dengan %(rows)s baris siap diambil.")


@job("coverage.annex", gettext_lazy("Membuat lampiran SK"))
def annex_file(actor: Actor, tell: Tell, *, decree: int, kind: str, on: str) -> Outcome:
    """Make the annex of a decree as it stood on a day, of the people whom the owner may see: csv or pdf."""
    found, day = Decree.objects.filter(pk=decree).first(), date.fromisoformat(on)
    if found is None:
        raise Refused(_("SK ini tidak ada."))
    tell(gettext_noop("Membaca lampiran"), 0, 2)
    made = annex_made(found, kind, day)
    return Outcome(_READY, {"rows": made.rows}, file=made)


def annex_made(decree: Decree, kind: str, on: date) -> Made:
    """Write the annex as it stood on a day, of the people whom the session may see: csv or pdf."""
    rows = annex_on(decree.pk, on)
    name = f"lampiran-{decree.pk}-{on}.{kind}"
    if kind == "csv":
        return Made(name, f"\ufeff{annex_csv(rows)}".encode(), CSV, len(rows))
    return Made(name, annex_pdf(decree, rows, on), PDF, len(rows))


def annex_is_long(decree_id: int, on: date) -> bool:
    """Return whether the annex has more rows than a page makes a file of."""
    return bool(annex_on(decree_id, on, skip=MOST_ROWS, limit=1))


@job("coverage.everyone", gettext_lazy("Membuat daftar cakupan"))
def everyone_file(actor: Actor, tell: Tell, *, on: str) -> Outcome:
    """Make the list of everyone's cover on a day, of the people whom the owner may see."""
    made = everyone_made(date.fromisoformat(on))
    return Outcome(_READY, {"rows": made.rows}, file=made)


def everyone_made(on: date) -> Made:
    """Write the list of everyone's cover on a day, of the people whom the session may see."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        counts = write_everyone(on, Path(file.name))
        content = Path(file.name).read_bytes()
    return Made(f"cakupan-{on}.csv", content, CSV, sum(counts.values()))


@job("coverage.approve_decree", gettext_lazy("Menetapkan SK"))
def approve_decree(actor: Actor, tell: Tell, *, decree: int) -> Outcome:
    """Approve a proposed decree; writing the months of everybody in its annex takes seconds."""
    made = actions.approve_decree(actor, decree_id=decree)
    return Outcome(
        gettext_noop("SK %(number)s ditetapkan; dananya terikat."),
        {"number": made.number},
        reverse("web:coverage-decree", args=[decree]),
    )


@job("coverage.uploads", gettext_lazy("Membuat berkas untuk cabang"))
def make_uploads(actor: Actor, tell: Tell, *, decree: int) -> Outcome:
    """Make the files of a decree for the branch; each is written anew when it is taken."""
    with tempfile.TemporaryDirectory() as folder:
        made = actions.make_uploads(actor, decree_id=decree, out_dir=Path(folder))
    return Outcome(
        gettext_noop("%(count)s berkas siap diunduh."), {"count": len(made)}, reverse("web:coverage-branch")
    )


@job("coverage.answer", gettext_lazy("Menerapkan jawaban cabang"))
def apply_answer(actor: Actor, tell: Tell, *, kept: dict[str, Any]) -> Outcome:
    """Apply an uploaded answer of the branch. `kept`: what `jobs.uploads` and the page know of the file."""
    place = reverse("web:coverage-branch")
    done = uploads.done_before(kept, tell)
    if done is not None:
        return done
    with uploads.opened(kept, actor.user) as path, tempfile.TemporaryDirectory() as folder:
        if path is None:
            raise Refused(_("Berkas jawaban ini tidak lagi tersimpan. Muat lagi."))
        named = Path(folder) / kept["name"]
        named.symlink_to(path)
        applied = actions.apply_answer(actor, path=named)
    # A worker that is killed before the transaction ends must find the file again.
    transaction.on_commit(lambda: uploads.forget(kept))
    if applied.repeated:
        words = gettext_noop("Berkas ini sudah pernah diterapkan; tidak ada yang berubah.")
        return Outcome(words, path=place)
    values = {
        "ok": applied.accepted,
        "no": applied.refused,
        "unknown": applied.unknown,
        "open": applied.differences,
    }
    if not applied.unread:
        words = gettext_noop(
            "%(ok)s diterima, %(no)s ditolak, %(unknown)s tidak diputus; %(open)s selisih dibuka."
        )
        return Outcome(words, values, place)
    words = gettext_noop(
        "%(ok)s diterima, %(no)s ditolak, %(unknown)s tidak diputus; %(open)s selisih dibuka. Tidak terbaca: "
        "lembar %(sheets)s, dengan %(references)s referensi kita."
    )
    unread = {
        "sheets": ", ".join(sheet["sheet"] for sheet in applied.unread),
        "references": sum(sheet["references"] for sheet in applied.unread),
    }
    return Outcome(words, {**values, **unread}, place)


_TAKEN = gettext_noop(
    "%(new)s baris baru, %(matched)s cocok (%(amount)s), %(paid)s tagihan lunas, %(open)s belum cocok."
)
_TAKEN_BACK = gettext_noop(
    "%(new)s baris baru, %(matched)s cocok (%(amount)s), %(paid)s tagihan lunas, %(open)s belum cocok. %(returned)s "
    "pembayaran kembali (%(back)s): pembayarannya ditarik, tagihannya terbuka lagi."
)
_TAKEN_AHEAD = gettext_noop(
    "%(new)s baris baru, %(matched)s cocok (%(amount)s), %(paid)s tagihan lunas, %(open)s belum cocok. %(ahead)s baris "
    "bertanggal setelah hari ini, sampai %(day)s: periksa tanggal di berkas."
)
_TAKEN_BACK_AND_AHEAD = gettext_noop(
    "%(new)s baris baru, %(matched)s cocok (%(amount)s), %(paid)s tagihan lunas, %(open)s belum cocok. %(returned)s "
    "pembayaran kembali (%(back)s): pembayarannya ditarik, tagihannya terbuka lagi. %(ahead)s baris bertanggal setelah "
    "hari ini, sampai %(day)s: periksa tanggal di berkas."
)


@job("coverage.statement", gettext_lazy("Memuat rekening koran"))
def load_statement(actor: Actor, tell: Tell, *, kept: dict[str, Any]) -> Outcome:
    """Take in an uploaded bank statement and match it. `kept`: what `jobs.uploads` and the page know of the file."""
    place = reverse("web:coverage-payments")
    with uploads.opened(kept, actor.user) as path, tempfile.TemporaryDirectory() as folder:
        if path is None:
            raise Refused(_("Rekening koran ini tidak lagi tersimpan. Muat lagi."))
        named = Path(folder) / kept["name"]
        named.symlink_to(path)
        loaded = actions.load_statement(actor, path=named)
    # A worker that is killed before the transaction ends must find the file again.
    transaction.on_commit(lambda: uploads.forget(kept))
    if loaded.repeated:
        words = gettext_noop("Rekening koran ini sudah pernah dimuat; tidak ada yang berubah.")
        return Outcome(words, path=place)
    values = {
        "new": loaded.new,
        "matched": loaded.matched,
        "amount": format_rupiah(loaded.matched_amount),
        "paid": loaded.bills_paid,
        "open": loaded.unmatched,
        "returned": loaded.returned,
        "back": format_rupiah(loaded.returned_amount),
        "ahead": loaded.ahead,
        "day": f"{loaded.ahead_until:%d-%m-%Y}" if loaded.ahead_until else "",
    }
    if loaded.returned:
        return Outcome(_TAKEN_BACK_AND_AHEAD if loaded.ahead else _TAKEN_BACK, values, place)
    return Outcome(_TAKEN_AHEAD if loaded.ahead else _TAKEN, values, place)


@job("coverage.make_notices", gettext_lazy("Membuat pemberitahuan"))
def make_notices(actor: Actor, tell: Tell, *, month: int) -> Outcome:
    """Make the notices of a month. `month`: Month.number."""
    made = actions.make_notices(actor, month=Month(month))
    return Outcome(
        gettext_noop("%(count)s pemberitahuan baru dibuat."), {"count": made}, _notices(Month(month))
    )


@job("coverage.send_notices", gettext_lazy("Mengirim pemberitahuan"), whole=False)
def send_notices(actor: Actor, tell: Tell, *, month: int, to: str) -> Outcome:
    """Send what waits for one kind of recipient. Not whole: each is kept as sent before it goes, so none goes twice."""
    channel = configured_channel(to)
    if channel is None:
        raise Refused(_("Tidak ada saluran untuk penerima ini; cetak daftarnya."))
    done = actions.send_notices(actor, to=to, channel=channel)
    return Outcome(
        gettext_noop("%(sent)s terkirim lewat %(channel)s; %(missing)s belum punya alamat."),
        {"sent": done.sent, "channel": channel.name, "missing": done.without_address},
        _notices(Month(month)),
    )


def _notices(month: Month) -> str:
    return f"{reverse('web:coverage-notices')}?bulan={month}"
