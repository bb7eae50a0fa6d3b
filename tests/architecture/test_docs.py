"""Documents that must not drift from the code: the state table and the glossary."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from certification.management.commands.write_docs import STATES_PATH, render_states
from certification.rules.workflow import TABLE, Action, State, Turn, Verdict

ROOT = Path(settings.BASE_DIR)
GLOSSARY = ROOT / "docs" / "glossary.md"


def test_the_state_document_is_what_the_code_says() -> None:
    assert (ROOT / STATES_PATH).read_text(encoding="utf-8") == render_states()


def test_the_check_finds_a_drift(settings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    (tmp_path / STATES_PATH).write_text("old", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("write_docs", "--check")


def test_the_state_document_draws_every_move() -> None:
    text = render_states()
    for row in TABLE:
        assert row.action.label in text
        for source in row.sources:
            for target, _ in row.targets:
                assert source == target or f"{source.value} --> {target.value}: {row.action.label}" in text


def rows() -> list[list[str]]:
    lines = [line for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def resolve(identifier: str) -> object:
    """A module's member, a class's member, or a model's or dataclass's field."""
    module, _, name = identifier.rpartition(".")
    try:
        owner: object = importlib.import_module(module)
    except ModuleNotFoundError:
        owner = resolve(module)
    fields = getattr(owner, "__dataclass_fields__", {})
    if name in fields:
        return fields[name]
    return getattr(owner, name)


def test_the_identifiers_of_the_glossary_exist() -> None:
    missing = []
    for term, _, identifier, *_ in rows():
        try:
            resolve(identifier.strip("`"))
        except (AttributeError, ModuleNotFoundError, ValueError):
            missing.append(f"{term}: {identifier}")
    assert len(rows()) >= 60
    assert missing == []


def test_a_wrong_identifier_is_noticed() -> None:
    with pytest.raises(AttributeError):
        resolve("certification.models.Plan.no_such_thing")


def test_one_term_one_identifier() -> None:
    terms = [row[0] for row in rows()]
    identifiers = [row[2] for row in rows()]
    assert len(set(terms)) == len(terms)
    assert len(set(identifiers)) == len(identifiers)


def test_the_labels_of_states_acts_and_verdicts_are_in_the_glossary() -> None:
    terms = {row[0] for row in rows()}
    labels = {str(member.label) for kind in (State, Turn, Verdict) for member in kind} - {"だれでもない"}
    assert labels - terms == set()
    assert {str(action.label) for action in Action} - terms == set()


def test_documents_name_no_machine() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    found = [
        str(page) for page in pages if re.search(r"/work/|/root/|/tmp/", page.read_text(encoding="utf-8"))
    ]
    assert pages
    assert found == []
