"""Reads the forms of a page as a browser without JavaScript would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class PageForm:
    """The fields of one form with their present values; files and buttons are left out."""

    action: str = ""
    method: str = "get"
    fields: dict[str, Any] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)

    def add(self, name: str, value: str) -> None:
        """A second value of one name makes a list, as with several boxes ticked."""
        if name in self.fields:
            known = self.fields[name]
            self.fields[name] = [*(known if isinstance(known, list) else [known]), value]
        else:
            self.fields[name] = value


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._form: PageForm | None = None
        self._select = ""
        self._textarea = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = PageForm(action=found.get("action", ""), method=found.get("method", "get"))
            self.forms.append(self._form)
        if self._form is None:
            return
        if tag == "input":
            self._input(self._form, found, checked="checked" in dict(attrs))
        elif tag == "select":
            self._select = found.get("name", "")
            self._form.fields[self._select] = ""
        elif tag == "option":
            self._form.choices.setdefault(self._select, []).append(found.get("value", ""))
            if "selected" in dict(attrs):
                self._form.fields[self._select] = found.get("value", "")
        elif tag == "textarea":
            self._textarea, self._text = found.get("name", ""), []

    def _input(self, form: PageForm, found: dict[str, str], *, checked: bool) -> None:
        name, kind = found.get("name", ""), found.get("type", "text")
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(found.get("value", "on"))
        if not name or kind in ("file", "submit") or (kind in ("radio", "checkbox") and not checked):
            return
        form.add(name, found.get("value", "on" if kind == "checkbox" else ""))

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._form is not None:
            # A browser drops the line break that follows the opening tag.
            self._form.fields[self._textarea] = "".join(self._text).removeprefix("\n").replace("\r\n", "\n")
            self._textarea = ""
        elif tag == "form":
            self._form = None


def post_form(response: Any) -> PageForm:
    """The one form on the page that is the page's own: posted, and not the log-out of the menu."""
    reader = _Reader()
    reader.feed(response.content.decode())
    found = [form for form in reader.forms if form.method == "post" and "logout" not in form.action]
    assert len(found) == 1, [form.action for form in found]
    return found[0]
