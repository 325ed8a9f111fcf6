"""Uploads that mean harm are refused with a sentence; what is kept is encrypted, and every opening is on record."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib

import pikepdf
import pytest
from django.conf import settings as django_settings
from PIL import Image

from payung.access.actor import NotAllowed, Refused, acting_as, action
from payung.access.acts import OWN_REGIONS, Act
from payung.access.models import Event
from payung.claims.actions import open_paper, remove_paper, run_desk, store_paper
from payung.claims.models import Case, Paper
from payung.documents.store import MOST_BYTES, checked
from tests.claims.scene import build, die, protected


def pdf(**root) -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    for key, value in root.items():
        document.Root["/" + key] = value
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def picture(kind="JPEG", size=(60, 40), **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind, **more)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it is 60,000 pixels square."""
    header = (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"

    def chunk(name, data):
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"0" * 100))
        + chunk(b"IEND", b"")
    )


def pdf_bomb(times: int) -> bytes:
    """A PDF whose page would be 200 MB once opened, packed once or twice."""
    packed = zlib.compress(b"0" * 200_000_000, 9)
    for _ in range(times - 1):
        packed = zlib.compress(packed, 9)
    document = pikepdf.new()
    document.add_blank_page()
    page = pikepdf.Stream(document, packed)
    page.Filter = pikepdf.Array([pikepdf.Name.FlateDecode] * times)
    document.pages[0].Contents = document.make_indirect(page)
    out = io.BytesIO()
    document.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", b"0" * 1_000_000)
    return out.getvalue()


def noted(text: str) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = text
    return exif


HOSTILE = {
    "empty": b"",
    "program": b"MZ\x90\x00" + b"0" * 500,
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "html": b"<!doctype html><script>alert(1)</script>",
    "zip": zipped(),
    "gif with script": b"GIF89a/*" + b"0" * 50 + b"*/=1;alert(1)",
    "cut picture": picture()[:200],
    "picture bomb": bomb(),
    "pdf with script": pdf(
        OpenAction=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    ),
    "pdf that launches": pdf(AA=pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.Launch))),
    "pdf with files": pdf(Names=pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary())),
    "pdf with a script deep within": pdf(
        Outlines=pikepdf.Dictionary(A=pikepdf.Array([pikepdf.Dictionary(S=pikepdf.Name.JavaScript)]))
    ),
    "pdf bomb": pdf_bomb(1),
    "pdf bomb packed twice": pdf_bomb(2),
    "pdf that links to a program": pdf(
        Outlines=pikepdf.Dictionary(
            A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("FILE:///c:/x.exe"))
        )
    ),
    "broken pdf": b"%PDF-1.7\nnothing here",
    "photograph with a script in its notes": picture(exif=noted("<SCRIPT>alert(1)</script>")),
    "photograph with a script in its notes, as PNG": picture("PNG", exif=noted("<?php system('x');")),
    "photograph and archive": picture() + zipped(),
    "photograph and document": picture() + pdf(),
    "document and archive": pdf() + zipped(),
    "document and page": pdf() + b"<html><body>",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_is_refused_with_a_sentence(name):
    with pytest.raises(Refused) as refused:
        checked(HOSTILE[name])
    assert refused.value.sentence.endswith(".")


def test_a_pdf_with_a_password_is_refused():
    document = pikepdf.new()
    document.add_blank_page()
    out = io.BytesIO()
    document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(Refused, match="password"):
        checked(out.getvalue())


def test_a_pdf_that_only_opens_at_its_first_page_is_kept():
    """As LibreOffice writes it."""
    document = pikepdf.new()
    document.add_blank_page()
    document.Root.OpenAction = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])
    out = io.BytesIO()
    document.save(out)
    assert checked(out.getvalue())[1] == "application/pdf"


def test_a_scan_kept_in_a_pdf_comes_through():
    out = io.BytesIO()
    Image.effect_noise((900, 900), 40).convert("RGB").save(out, "PDF")
    kept, _ = checked(out.getvalue())
    with pikepdf.open(io.BytesIO(kept)) as document:
        assert len(document.pages[0].get_images()) == 1


def test_a_photograph_keeps_its_picture_and_nothing_else():
    """A telephone writes where it was taken, and some write a film after the picture."""
    sent = picture(exif=noted("Rumah Pak Amat, 3.3 LU")) + b"\x00\x00\x00\x18ftypmp42"
    kept, kind = checked(sent)
    assert kind == "image/jpeg"
    assert b"Amat" not in kept
    assert b"ftyp" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (60, 40)


def test_what_hangs_on_a_pdf_is_left_behind():
    kept, kind = checked(pdf() + b"\r\n\x00tersembunyi")
    assert kind == "application/pdf"
    assert b"tersembunyi" not in kept


@pytest.fixture
def operator(make_actor):
    with acting_as(make_actor("operator", "65")) as actor:
        yield actor


@pytest.fixture
def case(operator) -> Case:
    today = build(120)
    with action(operator, Act.DEATHS_RUN, region_code=OWN_REGIONS):
        die(operator, protected(1, today)[0])
    run_desk(operator, today=today)
    return Case.objects.get()


@pytest.mark.django_db
def test_two_hundred_megabytes_are_stopped_while_they_come(operator, case):
    read = 0

    def endless():
        nonlocal read
        for _ in range(3_200):
            read += 65_536
            yield b"%PDF-" + b"0" * 65_531

    with pytest.raises(Refused, match="larger than"):
        store_paper(operator, case_id=case.pk, item="KTP", chunks=endless())
    assert read <= MOST_BYTES + 65_536
    assert not Paper.objects.exists()


@pytest.mark.django_db
def test_a_paper_is_encrypted_named_by_nobody_and_its_opening_recorded(operator, case, make_actor):
    content = pdf()
    paper = store_paper(operator, case_id=case.pk, item="../../etc/passwd", chunks=[content])
    again = store_paper(operator, case_id=case.pk, item=" ../../etc/passwd", chunks=[content])
    assert again.pk == paper.pk
    assert store_paper(operator, case_id=case.pk, item="KTP", chunks=[content]).pk != paper.pk
    assert paper.sha256 == hashlib.sha256(content).hexdigest()
    stored = django_settings.HOME / "papers" / paper.stored_as
    assert "/" not in paper.stored_as
    assert b"%PDF" not in stored.read_bytes()
    found, opened = open_paper(operator, paper_id=paper.pk)
    assert opened.startswith(b"%PDF-")
    assert Event.objects.filter(action="paper.open", subject_id=found.pk).count() == 1
    with pytest.raises(NotAllowed):
        open_paper(make_actor("dprd", "65"), paper_id=paper.pk)
    elsewhere = "65.01" if not case.region_code.startswith("65.01") else "65.71"
    with acting_as(make_actor("operator", elsewhere)) as other, pytest.raises(Refused):
        open_paper(other, paper_id=paper.pk)


@pytest.mark.django_db
def test_a_removed_paper_is_gone_from_the_case_but_not_from_the_record(operator, case):
    paper = store_paper(operator, case_id=case.pk, item="KTP", chunks=[picture()])
    with pytest.raises(Refused):
        remove_paper(operator, paper_id=paper.pk, reason=" ")
    remove_paper(operator, paper_id=paper.pk, reason="Salah orang")
    with pytest.raises(Refused):
        open_paper(operator, paper_id=paper.pk)
    assert Event.objects.filter(action="paper.remove", reason="Salah orang").exists()
