"""Papers that people send, PDF and photographs, known by their content and never by their name.

What is another kind of file as well, or has a program in it, is refused. A photograph is drawn anew, so that nothing
but the picture remains; a PDF that runs, opens or carries anything else is refused.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable
from typing import Any

import pikepdf
from PIL import Image, ImageOps, UnidentifiedImageError

from payung.exchange.guard import UnreadableFile

_MOST_PIXELS = 50_000_000
_LONGEST_SIDE = 2_400
_MOST_PAGES = 50
#: What the streams of a PDF may come to once opened: all together, and any one of them.
_MOST_OPENED, _MOST_STREAM = 256 * 1024 * 1024, 64 * 1024 * 1024
#: Keys of a PDF by which it would act or carry files, and the actions by which it would reach outside itself.
_ACTIVE = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/EF", "/AA", "/RichMedia", "/XFA")
_ACTIONS = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition")
#: How a program begins that a browser or a server would run, in small letters; pictures hold no documents either.
_PROGRAMS = (b"<script", b"<?php", b"<html", b"<!doctype", b"javascript:")
_DOCUMENT = b"%pdf-1"
#: What a link in a PDF may begin with.
_LINKS = ("http://", "https://", "mailto:", "tel:")
_PICTURES = ("/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode")

pikepdf.settings.set_qpdf_limits(
    parser_max_nesting=100,
    parser_max_container_size=200_000,
    max_stream_filters=2,
    flate_max_memory=_MOST_STREAM,
    png_max_memory=_MOST_STREAM,
    tiff_max_memory=_MOST_STREAM,
    run_length_max_memory=_MOST_STREAM,
)


def copy_here(content: bytes) -> tuple[bytes, str]:
    """Return a safe copy of a paper and its media type. Raises UnreadableFile.

    Only for a process that may be ended at any time: call it by `guard.confined`.
    """
    small = content.lower()
    if content.startswith(b"%PDF-"):
        _refuse_programs(content, small, _PROGRAMS)
        return _checked_pdf(content), "application/pdf"
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        _refuse_programs(content, small, (*_PROGRAMS, _DOCUMENT))
        return _redrawn(content), "image/jpeg"
    raise _refused(
        "Berkas harus PDF atau foto (JPEG, PNG). Foto HEIC dari iPhone: kirim sebagai JPEG.",
        "The file must be a PDF or a photograph (JPEG, PNG). HEIC from an iPhone: send it as JPEG.",
    )


def _refused(indonesian: str, english: str) -> UnreadableFile:
    return UnreadableFile("paper", indonesian, english)


def _refuse_programs(content: bytes, small: bytes, signs: Iterable[bytes]) -> None:
    """Refuse a file that is an archive as well, or carries a program in its notes or after its end."""
    if zipfile.is_zipfile(io.BytesIO(content)) or any(sign in small for sign in signs):
        raise _refused(
            "Berkas ini memuat program atau berkas lain di dalamnya; foto ulang, atau cetak ke PDF lalu kirim lagi.",
            "The file has a program or another file in it; take a new photograph, or print it to PDF and send that.",
        )


def _redrawn(content: bytes) -> bytes:
    """Redraw a picture from its pixels as a JPEG: no EXIF, nothing hidden before or after it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    raise _refused("Gambar ini terlalu besar.", "The picture is too large.")
                picture.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
                picture.load()
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise _refused(
            "Gambar ini rusak; foto sekali lagi.", "The picture is broken; take it again."
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused("Gambar ini terlalu besar.", "The picture is too large.") from error
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    clean = io.BytesIO()
    upright.save(clean, "JPEG", quality=85)
    return clean.getvalue()


def _checked_pdf(content: bytes) -> bytes:
    """Rewrite a PDF with pikepdf, so that nothing outside its own objects remains. Raises UnreadableFile."""
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if document.is_encrypted:
                raise _refused("PDF ini berkata sandi; kirim tanpa sandi.", "The PDF has a password.")
            if not 0 < len(document.pages) <= _MOST_PAGES:
                raise _refused(
                    f"PDF harus 1 sampai {_MOST_PAGES} halaman.", f"A PDF must have 1 to {_MOST_PAGES} pages."
                )
            opened = 0
            for item in document.objects:
                if _acts(item):
                    raise _refused(
                        "PDF ini memuat program atau berkas lain; cetak ke PDF lalu kirim lagi.",
                        "The PDF carries a program or other files; print it to PDF and send that.",
                    )
                opened += _opened_size(item)
                if opened > _MOST_OPENED:
                    raise _too_large_opened()
            clean = io.BytesIO()
            document.save(clean, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    except pikepdf.PasswordError as error:
        raise _refused("PDF ini berkata sandi; kirim tanpa sandi.", "The PDF has a password.") from error
    except pikepdf.DataDecodingError as error:
        raise _too_large_opened() from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise _refused("PDF ini rusak.", "The PDF is broken.") from error
    return clean.getvalue()


def _too_large_opened() -> UnreadableFile:
    return _refused("PDF ini terlalu besar setelah dibuka.", "The PDF is too large once opened.")


def _acts(item: pikepdf.Object) -> bool:
    """Return whether an object, or what stands directly within it, runs, opens or carries something."""
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        if any(key in item for key in _ACTIVE) or item.get("/S") in _ACTIONS or _links_astray(item):
            return True
        within: Iterable[pikepdf.Object] = (value for _, value in item.items())
    elif isinstance(item, pikepdf.Array):
        within = iter(item)
    else:
        return False
    return any(_acts(value) for value in within if not getattr(value, "is_indirect", False))


def _links_astray(item: pikepdf.Object) -> bool:
    """Return whether an action opens an address that is neither a page nor somebody's mailbox or telephone."""
    return item.get("/S") == "/URI" and not str(item.get("/URI", "")).strip().lower().startswith(_LINKS)


def _opened_size(item: pikepdf.Object) -> int:
    """Return the size of a stream once opened; data compressed as a picture counts as it is."""
    if not isinstance(item, pikepdf.Stream):
        return 0
    filters: Any = item.get("/Filter", [])
    last = filters if isinstance(filters, pikepdf.Name) else filters[-1] if len(filters) else None
    if last in _PICTURES:
        return len(item.read_raw_bytes())
    return len(item.read_bytes())
