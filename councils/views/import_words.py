"""How the pages of the tables put what was read into words, badges and steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.urls import reverse

from councils.rules.import_row import LABELS, SEAT_FIELDS, TEXT_FIELDS, session_words, words
from councils.rules.table.reading import Grade
from councils.selectors import importing as selectors
from councils.selectors.importing import RowPage, TablePage


def row_line(page: RowPage) -> dict[str, Any]:
    """A row of the list: its state in words and shape, and how much it would change."""
    remarks = page.open_remarks
    counts = {grade: sum(each.grade == grade for each in remarks) for grade in Grade}
    return {
        "page": page,
        "row": page.row,
        "name": page.content.name or "(協議会名なし)",
        "confidence": _confidence(page),
        "badges": [
            {"label": f"{grade.label} {counts[grade]}件", "kind": BADGES[grade]}
            for grade in Grade
            if counts[grade]
        ],
        "own_faults": own_faults(page),
        "changes": _briefly([each.label for each in page.differences]),
    }


def _briefly(labels: list[str]) -> str:
    """The first few of many labels."""
    rest = len(labels) - _LABELS_SHOWN
    return "、".join(labels[:_LABELS_SHOWN]) + (f"など{len(labels)}項目" if rest > 0 else "")


def own_faults(page: RowPage) -> list[str]:
    """What keeps the row from being registered beside the reader's remarks."""
    said = {each.text for each in page.open_remarks}
    return [text for text in page.blockers if text not in said]


_LABELS_SHOWN: Final = 2
BADGES: Final = {Grade.STOP: "danger", Grade.MEND: "attention", Grade.CONFIRM: "info"}


def _confidence(page: RowPage) -> str:
    """How sure the reading is, in a word."""
    return {None: "高い", Grade.CONFIRM: "ふつう", Grade.MEND: "低い", Grade.STOP: "読み取れない"}[page.grade]


def file_problem(values: Any) -> dict[str, str]:
    grade = Grade(values["grade"])
    where = f"{values['cell']}: " if values.get("cell") else ""
    return {"label": grade.label, "kind": BADGES[grade], "text": f"{where}{values['text']}"}


def steps(current: str, page: TablePage | None = None) -> list[dict[str, str]]:
    """読み取り → 確かめる → 取り込む, each with its number where it is known."""
    notes = {"read": "", "check": "", "done": ""}
    if page is not None:
        states = page.states
        notes = {
            "read": f"{len(page.rows)}件",
            "check": f"あと{len(page.waiting)}件",
            "done": f"{states[selectors.State.ACCEPTED]}件"
            + (
                f"・取り込まない{states[selectors.State.LEFT_OUT]}件"
                if states[selectors.State.LEFT_OUT]
                else ""
            ),
        }
    order = ["read", "check", "done"]
    at = order.index(current)
    labels = {"read": "読み取り", "check": "確かめる", "done": "取り込む"}
    return [
        {
            "label": labels[each],
            "note": notes[each],
            "state": "done" if number < at or current == "done" else "current" if number == at else "todo",
        }
        for number, each in enumerate(order)
    ]


def breadcrumb(*items: dict[str, str]) -> list[dict[str, str]]:
    """協議会の一覧表 › a table › this page."""
    return [{"label": "協議会の一覧表", "url": reverse("councils:import_list")}, *items]


#: The parts of a row's page: title, then groups of form fields with the fields of the content they speak of.
_LAYOUT: Final = (
    (
        "協議会",
        (
            (("name", "municipalities"), ("name",)),
            (("established", "established_text"), ("established_on",)),
            (("basis",), ("basis",)),
            (("secretariat",), ("secretariat",)),
        ),
    ),
    ("構成員", tuple(((name,), (name,)) for name in SEAT_FIELDS)),
    (
        "相談の実施と協力店",
        (
            (("consultation_status",), ("consultation_status",)),
            (("shop_count", "shop_count_is_approximate", "shop_count_on"), ("shop_count",)),
        ),
    ),
    ("表の文章", tuple(((name,), (name,)) for name in TEXT_FIELDS)),
)
SESSIONS_AFTER: Final = "相談の実施と協力店"


def groups_of(page: RowPage, form: Any) -> list[dict[str, Any]]:
    """The fields of a row by subject, each beside the cells it was read from, and as rows to look at."""
    return [
        {
            "title": title,
            "parts": [
                {"fields": [form[name] for name in fields], "cells": _cells_of(page, told)}
                for fields, told in parts
            ],
            "read": [
                {"term": LABELS[name], "text": words(page.content, name)}
                for _, told in parts
                for name in ((*told, "sessions") if told == ("shop_count",) else told)
            ],
            "cells": _cells_of(page, [name for _, told in parts for name in told]),
            "has_sessions": title == SESSIONS_AFTER,
        }
        for title, parts in _LAYOUT
    ]


def anchor_of(fields: Iterable[str], form: Any) -> str:
    """The id of the form field that a remark speaks of; "" for none."""
    name = next(iter(fields), "")
    name = "established" if name == "established_on" else name
    return form[name].auto_id if name in form.fields else ""


def _cells_of(page: RowPage, fields: Iterable[str]) -> list[dict[str, str]]:
    """The cells from which fields were read, as they came, in the order of the row."""
    known = page.row.reading.get("cells", {})
    wanted = {address for name in fields for address in known.get(name, ())}
    return [each for each in all_cells(page) if each["address"] in wanted]


def all_cells(page: RowPage) -> list[dict[str, str]]:
    """Every cell of the row that is not empty, in the characters of the file."""
    return [
        {"address": each["address"], "text": each.get("raw") or each["text"]}
        for each in page.row.cells
        if each["text"].strip()
    ]


def session_head(form: Any) -> dict[str, Any]:
    """What stands above a session's fields: the words of the table and what was understood."""
    if not form.initial:
        return {"form": form, "raw": "", "understood": ""}
    entry = form.initial["entry"]
    return {"form": form, "raw": entry.rule.raw, "understood": session_words(entry)}
