"""Papers of a case: looked into before they are kept, encrypted outside the web root, opened on the record."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused, action, record_reading
from payung.access.acts import OF_SUBJECT, Act
from payung.claims.models import Case, Paper
from payung.documents.store import CASE_PAPERS, take


def store_paper(actor: Actor, *, case_id: int, item: str, chunks: Iterable[bytes]) -> Paper:
    """Check an uploaded file and keep it with a case as the paper `item`. The same again changes nothing.

    It is known again by the hash of what was sent: the safe copy made of it differs each time. One scan of several
    papers may be kept for each of them.

    Reading stops at the size limit, whatever the file claims. Raises NotAllowed; Refused with one sentence for
    what is too large, of another kind, broken, or not safe.
    """
    sent = take(chunks)
    with action(actor, Act.PAPER_STORE, region_code=OF_SUBJECT) as deed:
        case = Case.objects.select_for_update().filter(pk=case_id).first()
        if case is None:
            raise Refused(_("Kasus ini tidak ada di wilayah Anda."))
        deed.at(case.region_code)
        deed.subject_id, deed.data = case_id, {"item": item[:200], "sha256": sent.sha256}
        wanted = item.strip()[:200]
        known = case.papers.filter(sha256=sent.sha256, item=wanted, removed=False).first()
        if known is not None:
            deed.unchanged()
            return known
        return Paper.objects.create(
            case=case,
            item=wanted,
            content_type=sent.content_type,
            size=len(sent.content),
            sha256=sent.sha256,
            stored_as=CASE_PAPERS.keep(sent.content),
            by=actor.user,
            region_code=case.region_code,
        )


def open_paper(actor: Actor, *, paper_id: int) -> tuple[Paper, bytes]:
    """Return the content of a paper to whoever handles claims in its region; the opening is recorded.

    Raises Refused.
    """
    paper = Paper.objects.filter(pk=paper_id, removed=False).first()
    if paper is None:
        raise Refused(_("Berkas ini tidak ada di wilayah Anda."))
    actor.require_act(Act.PAPER_OPEN, region_code=paper.region_code)
    content = CASE_PAPERS.read(paper.stored_as)
    record_reading(actor, Act.PAPER_OPEN, paper.pk, region_code=paper.region_code, case=paper.case_id)
    return paper, content


def remove_paper(actor: Actor, *, paper_id: int, reason: str) -> None:
    """Take a paper out of a case, giving the reason; what it was stays on record. Raises NotAllowed, Refused."""
    if not reason.strip():
        raise Refused(_("Tulis mengapa berkas ini dihapus."))
    with action(actor, Act.PAPER_REMOVE, region_code=OF_SUBJECT) as deed:
        paper = Paper.objects.select_for_update().filter(pk=paper_id, removed=False).first()
        if paper is None:
            raise Refused(_("Berkas ini tidak ada di wilayah Anda."))
        deed.at(paper.region_code)
        deed.subject_id, deed.reason = paper_id, reason.strip()
        paper.removed = True
        paper.save(update_fields=["removed"])
