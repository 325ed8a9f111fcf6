"""What the documents point at is there: links, and the table of where each rule stands."""

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import BinaryField

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "payung"
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
RULES = re.findall(r"^\| (.+?) \| `(.+?)` \| (\S+) \|$", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)


def test_there_are_rules_to_look_for():
    assert len(RULES) >= 20


@pytest.mark.parametrize(("rule", "words", "path"), RULES, ids=[path for _, _, path in RULES])
def test_one_grep_leads_to_the_rule(rule, words, path):
    files = (f for kind in ("*.py", "*.yaml") for f in SOURCE.rglob(kind) if "migrations" not in f.parts)
    assert [str(f.relative_to(SOURCE)) for f in files if words in f.read_text()] == [path], rule


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document):
    links = re.findall(r"\]\(([^)\s]+)\)", document.read_text())
    inside = [link.split("#")[0] for link in links if not re.match(r"[a-z]+:", link) and link[0] != "#"]
    assert [link for link in inside if not (document.parent / link).exists()] == []


def synonyms() -> list[tuple[str, str]]:
    """Each word that may not be used, with the one to use."""
    rows = re.findall(
        r"^\| (.+?) \| (.+?) \| .*? ?\| (.+) \|$",
        (ROOT / "docs/reference/glossary.md").read_text(),
        re.MULTILINE,
    )
    return [
        (word.strip(), f"{own} / {english}") for own, english, never in rows[1:] for word in never.split(",")
    ]


@pytest.mark.parametrize(("word", "instead"), synonyms(), ids=[word for word, _ in synonyms()])
def test_one_word_for_one_thing(word, instead):
    read = [*DOCUMENTS, *SOURCE.rglob("locale/*/LC_MESSAGES/*.po")]
    read.remove(ROOT / "docs/reference/glossary.md")
    used = [p.name for p in read if re.search(rf"\b{re.escape(word)}\b", p.read_text(), re.IGNORECASE)]
    assert used == [], f"{instead} instead of {word}"


def test_every_table_and_every_encrypted_column_stands_among_the_classes_of_data():
    """A new table is classified, with how long it is kept, before it is accepted."""

    told = (ROOT / "docs/reference/data-classes.md").read_text("utf-8")
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith(("payung", "django")):
            assert f"`{model._meta.db_table}`" in told, model._meta.db_table
        for field in model._meta.concrete_fields:
            if isinstance(field, BinaryField) and field.column.endswith("_enc"):
                assert f"`{field.column}`" in told, f"{model._meta.db_table}.{field.column}"


def test_every_variable_of_the_settings_stands_in_the_document_of_deployment():
    told = (ROOT / "docs/how-to/deploy.md").read_text("utf-8")
    read = re.findall(r'env\.\w+\(\s*"(PAYUNG_\w+)"', (SOURCE / "config/settings.py").read_text("utf-8"))
    assert len(read) > 20
    assert [name for name in read if f"`{name}`" not in told] == []


def test_what_a_template_says_it_is_given_is_there():
    """`{# with page= (web.pages.Page) #}` names a module and what stands in it."""
    named = [
        name.removeprefix("payung.")
        for path in SOURCE.rglob("templates/**/*.html")
        for comment in re.findall(r"{#(.*?)#}", path.read_text("utf-8"))
        for name in re.findall(r"\b(?:\w+\.)+\w+\.\w+", comment)
    ]
    assert len(named) > 3
    for name in named:
        module, _, thing = name.rpartition(".")
        assert hasattr(import_module(f"payung.{module}"), thing), name


def test_no_room_but_commands_may_know_the_synthetic_province():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (contract,) = [one for one in contracts if one.get("forbidden_modules") == ["payung.demo"]]
    rooms = {f"payung.{path.parent.name}" for path in SOURCE.glob("*/__init__.py")}
    assert rooms - {"payung.cli", "payung.demo"} == set(contract["source_modules"])
