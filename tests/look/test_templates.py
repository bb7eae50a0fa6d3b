"""Rules that templates, style sheets and the icon sheet keep with each other."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest

from certification.rules.workflow import State

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
SPRITE = (ROOT / "static" / "img" / "icons.svg").read_text("utf-8")
SYMBOLS = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE))
CLASSES = {c for style in STYLES for c in re.findall(r"\.([a-zA-Z_][\w-]*)", style.read_text("utf-8"))}
DEFAULTS = {"primary", "alert-info", "panel-info", "badge-info", "due-calm", "clock-calm", "confirm-primary"}
INLINE = re.compile(r"\sstyle=|<style\b|\son[a-z]+=[\"']|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b(?P<attributes>(?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*)>", re.DOTALL)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_nothing_is_inline(template: Path) -> None:
    """The content security policy forbids inline style and script; a data block is neither."""
    text = template.read_text("utf-8")
    assert not INLINE.search(text)
    for script in SCRIPT.finditer(text):
        assert "src=" in script["attributes"] or 'type="application/json"' in script["attributes"]


@pytest.mark.parametrize("component", COMPONENTS, ids=name)
def test_component_starts_by_listing_its_arguments(component: Path) -> None:
    assert re.match(r"\{# .+ #\}\n", component.read_text("utf-8"))


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_component_is_included_alone(template: Path) -> None:
    """Without `only` a component would see, and come to lean on, the page's whole context."""
    includes = re.findall(r"\{% include \"components/[^%]*%\}", template.read_text("utf-8"))
    assert [i for i in includes if not i.rstrip("%} ").endswith(" only")] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_included_component_exists(template: Path) -> None:
    wanted = set(re.findall(r'"components/([\w-]+\.html)"', template.read_text("utf-8")))
    assert wanted <= {c.name for c in COMPONENTS}


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_class_is_in_a_style_sheet(template: Path) -> None:
    """A misspelt class fails here; scripts hang on data attributes, never on classes."""
    text = re.sub(r"\{%.*?%\}", " ", template.read_text("utf-8"))
    values = " ".join(re.findall(r'\bclass="([^"]*)"', text))
    used = set(re.sub(r"[\w-]*\{\{.*?\}\}[\w-]*", " ", values).split())
    assert used <= CLASSES | DEFAULTS


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_icon_is_on_the_sheet(template: Path) -> None:
    text = template.read_text("utf-8")
    wanted = re.findall(r'icon\.html" with name="([\w-]+)"', text) + re.findall(r'\bicon="([\w-]+)"', text)
    assert set(wanted) <= SYMBOLS


def test_every_state_has_shape_and_colour() -> None:
    css = "".join(style.read_text("utf-8") for style in STYLES)
    codes = {state.value for state in State}
    assert {f"state-{code}" for code in codes} <= SYMBOLS
    assert [code for code in sorted(codes) if f".status-{code}" not in css] == []


def test_style_sheets_use_only_known_tokens() -> None:
    css = "".join(style.read_text("utf-8") for style in STYLES)
    known = set(re.findall(r"(--[\w-]+):", (ROOT / "static" / "css" / "tokens.css").read_text("utf-8")))
    assert set(re.findall(r"var\((--[\w-]+)", css)) <= known


def test_style_sheets_fetch_nothing_from_elsewhere() -> None:
    css = "".join(style.read_text("utf-8") for style in STYLES)
    addresses = re.findall(r"url\(\"?([^\")]+)", css)
    assert addresses
    assert [a for a in addresses if not (ROOT / "static" / "css" / a).resolve().is_file()] == []


def test_compiled_catalogue_is_in_step() -> None:
    folder = ROOT / "locale" / "ja" / "LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    pairs = re.findall(
        r'^msgid "(.+)"\nmsgstr "(.+)"$', (folder / "django.po").read_text("utf-8"), re.MULTILINE
    )
    assert pairs
    assert {source: compiled.gettext(source) for source, _ in pairs} == dict(pairs)
