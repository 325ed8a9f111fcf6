"""Which kind of source is believed first: the order in use, who set it and why, and setting another."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payung.access.actor import Refused
from payung.access.roles import Permission
from payung.registry import trust
from payung.web.middleware import sentence_of
from payung.web.pages import actor_of, needs
from payung.web.registry.words import KINDS


@needs(Permission.SEE_PEOPLE)
def page(request: HttpRequest) -> HttpResponse:
    """Show and change which sources are believed first."""
    actor = actor_of(request)
    if request.method == "POST":
        ranks = {kind: request.POST.get(kind, "") for kind in KINDS}
        kinds = sorted(ranks, key=lambda kind: (ranks[kind].zfill(3), kind))
        try:
            if len(set(ranks.values())) < len(ranks):
                raise Refused(gettext_lazy("Beri tiap sumber nomor yang berbeda."))
            trust.set_order(actor, kinds=kinds, reason=request.POST.get("alasan", "")[:300])
            messages.success(request, _("Urutan berlaku; fakta semua orang dihitung lagi."))
        except Refused as refusal:
            messages.error(request, sentence_of(refusal))
        return redirect("web:registry-trust")
    order = trust.order()
    return render(
        request,
        "registry/trust.html",
        {
            "order": [(number, kind, KINDS[kind]) for number, kind in enumerate(order, start=1)],
            "numbers": range(1, len(order) + 1),
            "history": [(row, [KINDS[kind] for kind in row.kinds]) for row in trust.history()],
            "may_set": actor.may(Permission.MATCH, settings.PAYUNG_PROVINCE),
        },
    )
