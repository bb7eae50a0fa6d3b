"""The colours of tokens.css keep the contrast that WCAG 2.2 asks for, in both voices and in the dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"
BLOCK = re.compile(r"(?P<selector>:root|body\.public)\s*\{(?P<body>[^}]*)\}")
COLOUR = re.compile(r"--(?P<name>[\w-]+):\s*(?P<value>#[0-9a-f]{6});")

# Text on its ground: at least 4.5 (1.4.3). Everything the style sheets put together is listed here.
TEXT_PAIRS = [
    ("ink", "surface"),
    ("ink", "ground"),
    ("ink", "mist"),
    ("ink", "ai-tint"),
    ("ink", "yama-tint"),
    ("ink-2", "surface"),
    ("ink-2", "ground"),
    ("ink-2", "mist"),
    ("ink-2", "ai-tint"),
    ("ink-2", "yama-tint"),
    ("ai", "surface"),
    ("ai", "ground"),
    ("ai", "mist"),
    ("ai", "ai-tint"),
    ("ai-strong", "surface"),
    ("ai-strong", "ground"),
    ("on-ai", "ai"),
    ("on-ai", "ai-strong"),
    ("ai-on-tint", "ai-tint"),
    ("on-yama", "yama"),
    ("yama-on-tint", "yama-tint"),
    ("yama-on-tint", "surface"),
    ("yama-on-tint", "ai-tint"),
    ("waka", "surface"),
    ("waka", "ai-tint"),
    ("on-waka", "waka"),
    ("waka-on-tint", "waka-tint"),
    ("beni", "surface"),
    ("beni", "ground"),
    ("beni", "ai-tint"),
    ("on-beni", "beni"),
    ("on-beni", "beni-strong"),
    ("beni-on-tint", "beni-tint"),
    ("fuji", "surface"),
    ("fuji-on-tint", "fuji-tint"),
    ("asagi-on-tint", "asagi-tint"),
    ("grey-on-tint", "grey-tint"),
    ("surface", "ink-2"),
]
# The secondary ink must read easily on white: look.md asks for 7.
EASY_PAIRS = [("ink", "surface"), ("ink", "ground"), ("ink-2", "surface")]
# Borders of fields, shapes, bars of a meter: at least 3 (1.4.11).
SHAPE_PAIRS = [
    ("line-strong", "surface"),
    ("line-strong", "mist"),
    ("line-strong", "ground"),
    ("ai", "surface"),
    ("waka", "surface"),
    ("beni", "surface"),
    ("fuji", "surface"),
]


def read_palettes() -> dict[str, dict[str, str]]:
    """Name and hex value of each colour: staff voice, public voice, public voice in the dark."""
    found = [
        (m["selector"], dict(COLOUR.findall(m["body"]))) for m in BLOCK.finditer(TOKENS.read_text("utf-8"))
    ]
    assert [selector for selector, _ in found] == [":root", "body.public", "body.public"]
    staff, public, dark = (colours for _, colours in found)
    return {"staff": staff, "public": staff | public, "dark": staff | public | dark}


PALETTES = read_palettes()


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1 (WCAG 2.2, glossary)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(palette: str, text: str, ground: str) -> None:
    colours = PALETTES[palette]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize(("text", "ground"), EASY_PAIRS)
def test_running_text_can_be_read_easily(palette: str, text: str, ground: str) -> None:
    colours = PALETTES[palette]
    assert contrast(colours[text], colours[ground]) >= 7


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_shapes_can_be_seen(palette: str, shape: str, ground: str) -> None:
    colours = PALETTES[palette]
    assert contrast(colours[shape], colours[ground]) >= 3


@pytest.mark.parametrize("palette", PALETTES)
def test_focus_ring_is_seen_against_the_ground(palette: str) -> None:
    """The yellow need not stand out from white by itself: the ink outside it does."""
    colours = PALETTES[palette]
    seen = max(contrast(colours["focus"], colours["ground"]), contrast(colours["ink"], colours["ground"]))
    assert seen >= 3


def test_dark_palette_remixes_every_colour() -> None:
    """A colour forgotten in the dark would be a light one on a dark ground."""
    dark = dict(COLOUR.findall([m["body"] for m in BLOCK.finditer(TOKENS.read_text("utf-8"))][2]))
    assert set(PALETTES["staff"]) - set(dark) == {"focus"}
