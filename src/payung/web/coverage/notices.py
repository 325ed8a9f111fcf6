"""Who must be told before a cover ends: the month's messages, the printed list, sending, and where they go."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.roles import Permission
from payung.coverage import actions, jobs
from payung.coverage.models import Notice
from payung.coverage.notices import configured_channel, contacts, waiting_list
from payung.values import Month
from payung.values.spreadsheet import safe_cell
from payung.web.jobs.views import waiting_for
from payung.web.pages import actor_of, file_of_people, needs, numbered_page, whole_number

P = Permission


@needs(Act.NOTICE_MAKE)
def notices(request: HttpRequest) -> HttpResponse:
    """Make, send, print and mark as handed over the messages about covers that end with a month."""
    today = timezone.localdate()
    try:
        month = Month.parse(request.POST.get("bulan") or request.GET.get("bulan", ""))
    except ValueError:
        month = Month.containing(today)
    if request.method == "POST":
        return _act(request, month) or redirect(f"{reverse('web:coverage-notices')}?bulan={month}")
    if request.GET.get("unduh"):
        return _download(request, month)
    found = Notice.objects.filter(month=month.number).select_related("person", "fund").order_by("-to", "pk")
    page = numbered_page(request, found, found.count())
    context = {
        "page": page,
        "month": month,
        "months": [Month.containing(today) + number for number in range(12)],
        "kinds": [
            (kind, label, channel.name if (channel := configured_channel(kind)) else "")
            for kind, label in Notice.To.choices
        ],
        "contacts": contacts(),
    }
    return render(request, "coverage/notices.html", context)


def _act(request: HttpRequest, month: Month) -> HttpResponse | None:
    actor, act, kind = actor_of(request), request.POST.get("tindakan"), request.POST.get("kepada", "")
    if act == "buat":
        actor.require_act(Act.NOTICE_MAKE, region_code=WHOLE_PROVINCE)
        return waiting_for(jobs.make_notices.queue(actor, back=request.path, month=month.number).pk)
    if act == "alamat":
        village = request.POST.get("desa", "").strip()
        actions.set_contact(
            actor,
            village=village,
            payer_id=whole_number(request.POST.get("pembayar", "")),
            email=request.POST.get("surel", ""),
            phone=request.POST.get("telepon", ""),
        )
        messages.success(request, _("Alamat disimpan."))
    elif kind in Notice.To.values and act == "cetak":
        count = actions.mark_printed(actor, month=month, to=kind)
        messages.success(request, _("%(count)s pemberitahuan ditandai sudah disampaikan.") % {"count": count})
    elif kind in Notice.To.values and act == "kirim" and configured_channel(kind) is not None:
        actor.require_act(Act.NOTICE_SEND, region_code=WHOLE_PROVINCE)
        return waiting_for(jobs.send_notices.queue(actor, back=request.path, month=month.number, to=kind).pk)
    else:
        raise Http404
    return None


def _download(request: HttpRequest, month: Month) -> HttpResponse:
    lines = [
        "\t".join(safe_cell(str(row[name] or "")) for name in ("to", "village", "person", "text"))
        for row in waiting_list(month)
    ]
    text = "\n".join(lines) + "\n"
    return file_of_people(
        request, f"pemberitahuan-{month}.txt", text, "text/plain; charset=utf-8", rows=len(lines)
    )
