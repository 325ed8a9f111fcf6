"""Background work: what was asked for, how far it is, what came of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from payung.access.roles import Permission
from payung.access.trail import downloaded
from payung.jobs import queries, queue
from payung.web.pages import Page, actor_of, address, file_answer, needs, page_number

_SIZE = 25
#: In the address of a job for which somebody waits: once it is done, the browser goes on to what came of it.
WAITS = "tunggu"


def waiting_for(job_id: int) -> HttpResponse:
    """Answer a form whose work was queued: the page of the job, which goes on to the result by itself."""
    return redirect(f"{reverse('web:job', args=[job_id])}?{WAITS}=1")


@needs(*Permission)
def index(request: HttpRequest) -> HttpResponse:
    """Show the user's jobs, the newest first; an administrator's are everybody's."""
    actor, number = actor_of(request), page_number(request)
    start = (number - 1) * _SIZE
    rows = queries.newest(actor, start, _SIZE + 1)
    page = Page(
        items=rows[:_SIZE],
        summary=f"{start + 1}–{start + len(rows[:_SIZE])}" if rows else "",
        previous_url=address(request, hal=str(number - 1) if number > 2 else None) if number > 1 else "",
        next_url=address(request, hal=str(number + 1)) if len(rows) > _SIZE else "",
    )
    context = {
        "page": page,
        "here": address(request),
        "everybodys": actor.holds(Permission.ADMINISTER),
        "moves": any(job.open for job in page.items),
    }
    in_place = getattr(request, "htmx", False)
    return render(request, "jobs/list.html" if in_place else "jobs/index.html", context)


@needs(*Permission)
def detail(request: HttpRequest, job_id: int) -> HttpResponse:
    """One job: its progress, then its result or why there is none; whoever waited is brought to the result, once."""
    actor = actor_of(request)
    job = queries.one(actor, job_id)
    if job is None:
        raise Http404
    in_place = getattr(request, "htmx", False)
    if job.state == "done" and job.path and WAITS in request.GET and queries.tell_once(actor, job_id):
        if job.said:
            messages.success(request, job.said)
        if in_place:
            return HttpResponse(headers={"HX-Redirect": job.path})
        return redirect(job.path)
    context = {"job": job, "here": address(request)}
    return render(request, "jobs/panel.html" if in_place else "jobs/job.html", context)


@needs(*Permission)
def file(request: HttpRequest, job_id: int) -> HttpResponse:
    """Give the file that a job of one's own made; that it was taken is recorded where it names people."""
    actor = actor_of(request)
    made = queries.file(actor, job_id)
    if made is None:
        raise Http404
    if made.rows:
        downloaded(actor.user, made.name, made.rows, job=job_id)
    return file_answer(made.name, made.content, made.mime)


@needs(*Permission)
@require_POST
def again(request: HttpRequest, job_id: int) -> HttpResponse:
    """Try a job again that was refused or failed."""
    queue.again(actor_of(request), job_id)
    messages.success(request, _("Pekerjaan ini menunggu giliran lagi."))
    return waiting_for(job_id)
