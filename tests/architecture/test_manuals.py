"""The manuals show pictures that exist and name labels that are on the screen; no duty of the city's rules is left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import get_resolver

from tests.architecture.test_docs import resolve

ROOT = Path(settings.BASE_DIR)
MANUALS = ROOT / "docs" / "manuals"
DUTIES = ROOT / "docs" / "duties.md"
NAMES = ("desk.md", "reviewer.md", "decider.md", "applicant.md", "counsellor.md")

# 東久留米市要綱 (令和7年訓令乙第101号): the twelve duties of 第5の1, and the three of 第6の1 with the second paragraph.
NUMBERS = (
    *(f"第5の1({number})" for number in range(1, 13)),
    *(f"第6の1({number})" for number in (1, 2, 3)),
    "第6の2",
)

PICTURE = re.compile(r"!\[([^\]]*)\]\(pictures/([\w-]+\.png)\)")
LABEL = re.compile(r"\*\*(.+?)\*\*")
SHOT = re.compile(r'Shot\(\s*name="([\w-]+)"|\b(?:act|talk)\("([\w-]+)"')


def text_of(name: str) -> str:
    return (MANUALS / name).read_text(encoding="utf-8")


@cache
def screens() -> str:
    """Everything that puts words on a screen: templates and scripts without their comments, and strings of the apps."""
    pages = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static" / "js").glob("*.js")]
    code = [
        path for app in ("certification", "consultations", "accounts") for path in (ROOT / app).rglob("*.py")
    ]
    read = (re.sub(r"\{#.*?#\}|//.*", "", path.read_text(encoding="utf-8")) for path in pages)
    return "\n".join([*read, *(word for path in code for word in strings_of(path))])


def strings_of(path: Path) -> Iterator[str]:
    """The texts in a module, docstrings and other lone strings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in lone:
            yield node.value


def labels_not_on_screen(text: str) -> list[str]:
    return [label for label in LABEL.findall(text) if label not in screens()]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_manual_calls_a_label_is_on_a_screen(name: str) -> None:
    assert LABEL.findall(text_of(name))
    assert labels_not_on_screen(text_of(name)) == []


def test_a_label_that_was_renamed_is_noticed() -> None:
    assert labels_not_on_screen("**受け付ける** の次に **この名前のボタンはない** を押す") == [
        "この名前のボタンはない"
    ]


def test_every_picture_is_there_is_used_and_can_be_taken_anew() -> None:
    shown = {picture for name in NAMES for _, picture in PICTURE.findall(text_of(name))}
    kept = {path.name for path in (MANUALS / "pictures").iterdir()}
    taken = {f"{one or other}.png" for one, other in SHOT.findall(text_of("make_pictures.py"))}
    assert shown
    assert shown == kept == taken


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_says_in_words_what_it_shows(name: str) -> None:
    assert all(len(words) >= 10 for words, _ in PICTURE.findall(text_of(name)))


def test_the_pictures_stay_small() -> None:
    assert sum(path.stat().st_size for path in (MANUALS / "pictures").iterdir()) < 3_000_000


@pytest.mark.parametrize("name", NAMES)
def test_a_manual_leads_through_the_first_day_and_out_of_trouble(name: str) -> None:
    heads = [line for line in text_of(name).splitlines() if line.startswith("## ")]
    for word in ("日にすること", "うまくいかないとき", "キーボード"):
        assert any(word in head for head in heads), word
    assert any("紙に出す" in head or "印刷" in head for head in heads)


@pytest.mark.parametrize("name", NAMES)
def test_the_links_between_manuals_lead_somewhere(name: str) -> None:
    for target in re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", text_of(name)):
        assert (MANUALS / target).is_file()


# --- Duties -----------------------------------------------------------------------------------------------------------


def duties(text: str) -> dict[str, list[str]]:
    """Number → duty, page, service, test, and what is weaker."""
    rows = [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in text.splitlines()
        if line.startswith("| 第")
    ]
    return {row[0]: row[1:] for row in rows}


def missing(text: str) -> set[str]:
    return set(NUMBERS) - set(duties(text))


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@cache
def url_names() -> frozenset[str]:
    _, certification = get_resolver().namespace_dict["certification"]
    return frozenset(f"certification:{name}" for name in certification.reverse_dict if isinstance(name, str))


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_no_duty_is_missing() -> None:
    text = DUTIES.read_text(encoding="utf-8")
    assert missing(text) == set()
    assert tuple(duties(text)) == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_a_duty_left_out_is_noticed(number: str) -> None:
    lines = DUTIES.read_text(encoding="utf-8").splitlines()
    assert missing("\n".join(line for line in lines if not line.startswith(f"| {number} "))) == {number}


@pytest.mark.parametrize("number", NUMBERS)
def test_each_duty_has_its_page_its_service_and_its_test(number: str) -> None:
    what, pages, services, tests, weaker = duties(DUTIES.read_text(encoding="utf-8"))[number]
    assert what
    assert weaker
    assert named(pages)
    assert set(named(pages)) <= url_names()
    assert named(services)
    for service in named(services):
        assert callable(resolve(service)), service
    assert named(tests)
    for path, _, name in (one.partition("::") for one in named(tests)):
        assert name in functions_of(ROOT / path), f"{path}::{name}"
