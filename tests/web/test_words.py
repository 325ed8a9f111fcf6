"""Every page speaks both languages: no string without its English, and the compiled file as new as its source."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import payung

LOCALE = Path(payung.__file__).parent / "locale" / "en" / "LC_MESSAGES"


def entries() -> list[tuple[str, list[str]]]:
    """(msgid, its translations) of every entry of the source file but the header; a context stands before its msgid."""
    found = []
    for block in LOCALE.joinpath("django.po").read_text(encoding="utf-8").split("\n\n"):
        parts: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            started = re.match(r'(msgid|msgid_plural|msgctxt|msgstr(?:\[\d\])?) (".*")$', line)
            if started:
                name = started[1]
                parts[name] = ast.literal_eval(started[2])
            elif line.startswith('"') and name:
                parts[name] += ast.literal_eval(line)
        if parts.get("msgid"):
            before = f"{parts['msgctxt']}\x04" if "msgctxt" in parts else ""
            found.append(
                (before + parts["msgid"], [text for key, text in parts.items() if key.startswith("msgstr")])
            )
    return found


def test_every_string_has_its_english():
    listed = entries()
    assert len(listed) > 300
    assert [msgid for msgid, texts in listed if not all(texts)] == []


def test_what_is_filled_in_is_filled_in_both_languages():
    fields = re.compile(r"%\((\w+)\)")
    for msgid, texts in entries():
        for text in texts:
            assert set(fields.findall(text)) == set(fields.findall(msgid)), msgid


def test_the_compiled_file_is_the_sources():
    with LOCALE.joinpath("django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for msgid, texts in entries():
        if len(texts) == 1:
            assert compiled.gettext(msgid) == texts[0]


GETTEXT = ("_", "gettext", "gettext_lazy", "gettext_noop")


def sentences() -> list[tuple[str, str]]:
    """(where, msgid) of every text that code hands to gettext, lazily or at once."""
    found = []
    for path in sorted(Path(payung.__file__).parent.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or getattr(call.func, "id", "") not in GETTEXT:
                continue
            if isinstance(text := call.args[0], ast.Constant):
                found.append((f"{path}:{call.lineno}", text.value))
    return found


def test_every_sentence_of_the_code_has_its_english():
    listed = {msgid for msgid, _ in entries()}
    assert [where for where, msgid in sentences() if msgid not in listed] == []


def test_no_refusal_carries_its_two_languages_itself():
    """One mechanism: the Indonesian is the key, the English stands in the catalogue."""
    for path in Path(payung.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("Refused", "NotAllowed"):
                assert len(call.args) == 1, f"{path}:{call.lineno}"
                assert not isinstance(call.args[0], ast.Constant | ast.JoinedStr), f"{path}:{call.lineno}"
