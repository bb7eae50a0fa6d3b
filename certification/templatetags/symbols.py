"""Icons that a page carries itself, for pages that show one dozens of times: `{% load symbols %}`."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def symbols(names: str) -> SafeString:
    """A hidden sheet with these icons of static/img/icons.svg, their names between spaces.

    An include with `here=True` refers to it: `#check` instead of the long address of the file, on every row.
    Raises KeyError for a name that the file does not have.
    """
    found = _drawings()
    drawn = format_html_join("", "{}", ((found[name],) for name in dict.fromkeys(names.split())))
    return mark_safe(f'<svg class="hidden" aria-hidden="true">{drawn}</svg>')  # noqa: S308 -- our own drawings


@lru_cache(maxsize=1)
def _drawings() -> dict[str, SafeString]:
    path = finders.find("img/icons.svg")
    sheet = Path(str(path)).read_text(encoding="utf-8")
    drawn = re.finditer(r'<symbol id="([\w-]+)".*?</symbol>', sheet, re.DOTALL)
    return {each[1]: mark_safe(each[0]) for each in drawn}  # noqa: S308 -- our own drawings
