"""One page per section of a plan: write, save, go on. Typed text is never lost: not to errors, not to a stale page."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from accounts.selectors import NotVisible, moment_text
from certification.forms.applicant.editors import (
    EDITORS,
    NEW_ROW,
    BuildingEditor,
    Editor,
    ListEditor,
    posted_again,
)
from certification.forms.applicant.places import place_of
from certification.rules.difference import compare
from certification.rules.parts import numbered_name
from certification.rules.plan import Section
from certification.selectors.applicant import Own, own_case, own_draft
from certification.services.errors import ActRefused, Stale
from certification.services.planning import save_section
from certification.views.applicant.frame import (
    INVALID,
    STALE,
    applicant_page,
    frame,
    place_url,
    refusal_text,
    why_not,
)

SECTIONS: Final = tuple(Section)

CONTINUE: Final = "continue"
"""What `?draft=` says to go on with what was typed before."""


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_section(request: ActorRequest, case_id: uuid.UUID, section: str) -> HttpResponse:
    """Write one section. `do` says which button was pressed; `row` which row of a list."""
    own = own_case(request.actor, case_id)
    if section not in Section.values or not own.writes_sections:
        raise NotVisible
    may_write = own.may_write(Section(section))
    if not may_write and request.method != "POST":
        messages.info(request, f"{why_not(own)}書かれている内容は、このページで読めます。")
        return redirect("certification:plan_preview", case_id=case_id)
    editor = _editor(request, own, Section(section))
    if request.method != "POST":
        return _opened(request, own, editor)
    if not may_write:
        return _page(request, own, editor, status=STALE, refused=refusal_text(own))
    do = request.POST.get("do", "back")
    return _HANDLERS.get(do.partition(".")[0], _save)(request, own, editor)


def _opened(request: ActorRequest, own: Own, editor: Editor) -> HttpResponse:
    """The page as saved; with a draft of one's own, the offer to go on with it, or what it holds."""
    draft = own_draft(own, section=editor.section, row=editor.row, actor=request.actor)
    if draft is None:
        return _page(request, own, editor)
    scope = draft.fields.get("scope", [""])[-1]
    told = {"when": moment_text(draft.saved_at), "is_old": scope != editor.scope}
    if request.GET.get("draft") != CONTINUE:
        return _page(request, own, editor, draft=told)
    typed = EDITORS[editor.section](
        own.plan, data=posted_again(draft.fields), row=editor.row, today=editor.today
    )
    return _page(request, own, typed, draft={**told, "is_shown": True})


def _editor(request: ActorRequest, own: Own, section: Section) -> Editor:
    """The editor of the section; of a list, that of the row asked for, else the first one, else a new one."""
    data = request.POST if request.method == "POST" else None
    row = row_of(request, own, section)
    return EDITORS[section](own.plan, data=data, row=row, today=timezone.localdate())


def row_of(request: ActorRequest, own: Own, section: Section) -> str:
    """Which row of a list the address names; "" where the section is no list. Raises `NotVisible`."""
    return _row(request, own, section) if issubclass(EDITORS[section], ListEditor) else ""


def _row(request: ActorRequest, own: Own, section: Section) -> str:
    """The key of the row to edit. What is typed for a row that has gone meanwhile is kept, as a new one."""
    keys = [one.key for one in getattr(own.plan, section.value)]
    row = request.GET.get("row", "") or (keys[0] if keys else NEW_ROW)
    if row in (*keys, NEW_ROW):
        return row
    if request.method != "POST":
        raise NotVisible
    return NEW_ROW


# --- What the buttons do ---


def _save(request: ActorRequest, own: Own, editor: Editor) -> HttpResponse:
    if not editor.is_valid():
        return _page(request, own, editor, status=INVALID)
    try:
        version = _store(request, own, editor, content=editor.content())
    except Stale:
        return _stale(request, own, editor)
    except ActRefused as error:
        fresh = own_case(request.actor, own.application.public_id)
        return _page(request, own, editor, status=STALE, refused=refusal_text(fresh, error))
    own.application.current_version = version
    _say_saved(request, Own(own.application, own.hand, has_joint=own.has_joint), editor.section)
    return redirect(_after(request, own, editor))


def _store(request: ActorRequest, own: Own, editor: Editor, *, content: Any) -> Any:
    """Save the section. Somebody's change elsewhere in the plan does not make this page stale."""
    seen = number_of(request.POST.get("seen", ""))
    if request.POST.get("scope") == editor.scope:
        seen = own.version.revision
    return save_section(
        application_id=own.application.public_id,
        section=editor.section,
        content=content,
        actor=request.actor,
        now=timezone.now(),
        seen=seen,
        row=editor.row,
    )


def number_of(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _stale(request: ActorRequest, own: Own, editor: Editor) -> HttpResponse:
    """Somebody saved this part meanwhile: what is saved beside what was typed, and a second press decides."""
    fresh = own_case(request.actor, own.application.public_id)
    again = EDITORS[editor.section](fresh.plan, data=editor.data, row=editor.row, today=editor.today)
    if not again.is_valid():
        return _page(request, fresh, again, status=INVALID)
    differences = [
        {"term": change.label, "before": change.before, "text": change.after, "changed": True}
        for change in compare(fresh.plan, again.typed_plan())
    ]
    return _page(request, fresh, again, status=STALE, differences=differences)


def _more_rows(request: ActorRequest, own: Own, editor: Editor) -> HttpResponse:
    editor.add_rows(request.POST["do"].partition(".")[2])
    return _page(request, own, editor, note="欄を増やしました。まだ保存していません。")


def _copy_rooms(request: ActorRequest, own: Own, editor: Editor) -> HttpResponse:
    if not isinstance(editor, BuildingEditor):
        return _save(request, own, editor)
    if not editor.copy_rooms():
        return _page(request, own, editor, status=INVALID)
    return _page(
        request,
        own,
        editor,
        note="部屋を増やしました。まだ保存していません。違うところを直して、保存してください。",
    )


def _remove(request: ActorRequest, own: Own, editor: Editor) -> HttpResponse:
    """Take a row out of a list, after the question."""
    if not isinstance(editor, ListEditor) or editor.current is None:
        raise NotVisible
    try:
        _store(request, own, editor, content=editor.without_row())
    except Stale:
        messages.warning(
            request, "ほかの人が、このあいだに内容を変えました。確かめてから、もう一度消してください。"
        )
        return redirect(section_url(own, editor.section, row=editor.row))
    except ActRefused:
        messages.warning(request, "この計画は、いま直せません。何も消していません。")
        return redirect("certification:plan", case_id=own.application.public_id)
    messages.success(request, f"{editor.title}を消しました。")
    return redirect(section_url(own, editor.section))


Handler = Callable[[ActorRequest, Own, Editor], HttpResponse]

_HANDLERS: Final[dict[str, Handler]] = {"more": _more_rows, "copy": _copy_rooms, "remove": _remove}


# --- Where to go ---


def section_url(own: Own, section: Section, *, row: str = "") -> str:
    url = reverse("certification:plan_section", args=[own.application.public_id, section.value])
    return f"{url}?row={row}" if row else url


def _after(request: ActorRequest, own: Own, editor: Editor) -> str:
    """The next page: the next section, a new row, or back to the overview."""
    do = request.POST.get("do", "back")
    if do == "add":
        return section_url(own, editor.section, row=NEW_ROW)
    if do == "next":
        return _next_url(own, editor.section)
    return reverse("certification:plan", args=[own.application.public_id])


def _next_url(own: Own, section: Section) -> str:
    place = SECTIONS.index(section) + 1
    if place < len(SECTIONS):
        return section_url(own, SECTIONS[place])
    return reverse("certification:plan_documents", args=[own.application.public_id])


def _say_saved(request: ActorRequest, own: Own, section: Section) -> None:
    left = len(own.gaps_of(section))
    rest = f"ここは、あと{left}件です。" if left else "ここは、すべてそろいました。"
    messages.success(request, f"「{section.label}」を保存しました。{rest}")


# --- The page ---


def _page(
    request: ActorRequest,
    own: Own,
    editor: Editor,
    *,
    status: int = 200,
    refused: str = "",
    note: str = "",
    differences: list[dict[str, Any]] | None = None,
    draft: dict[str, Any] | None = None,
) -> HttpResponse:
    asks_removal = request.method != "POST" and "remove" in request.GET and isinstance(editor, ListEditor)
    if asks_removal and editor.current is None:  # type: ignore[attr-defined]
        raise NotVisible
    context = {
        **frame(own, here=str(editor.section.label)),
        "editor": editor,
        "section": editor.section,
        "step": SECTIONS.index(editor.section) + 1,
        "step_count": len(SECTIONS) + 1,
        "seen": own.version.revision
        if differences is not None or not editor.data
        else editor.data.get("seen", ""),
        "scope": editor.scope if differences is not None or not editor.data else editor.data.get("scope", ""),
        "problems": editor.problems if status == INVALID else [],
        "gaps": _gaps(own, editor),
        "rows": _rows(own, editor),
        "here": section_url(own, editor.section, row=editor.row if isinstance(editor, ListEditor) else ""),
        "is_last": editor.section == SECTIONS[-1],
        "refused": refused,
        "note": note,
        "is_stale": differences is not None,
        "differences": differences or [],
        "draft": draft,
        "draft_url": _draft_url(own, editor),
        # Nothing is kept by itself while an earlier draft waits for its answer: it would be overwritten.
        "keeps_itself": own.may_write(editor.section) and (draft is None or "is_shown" in draft),
        "is_unsaved": request.method == "POST" and own.may_write(editor.section),
        "units_url": units_url(own, editor.row) if editor.section == Section.BUILDINGS else "",
    }
    if asks_removal:
        context |= _removal(own, editor)
    name = "plan_row_remove.html" if asks_removal else "plan_section.html"
    return render(request, f"certification/applicant/{name}", context, status=status)


def _removal(own: Own, editor: Editor) -> dict[str, Any]:
    """What the question before removing a row says and carries."""
    units = len(getattr(editor.edited(), "units", ()))
    return {
        "removal_points": [f"{units}部屋の内容も消えます。"] if units else ["この欄に書いた内容が消えます。"],
        "removal_fields": [
            {"name": "do", "value": "remove"},
            {"name": "seen", "value": own.version.revision},
            {"name": "scope", "value": editor.scope},
        ],
    }


def _draft_url(own: Own, editor: Editor) -> str:
    url = reverse("certification:plan_draft", args=[own.application.public_id, editor.section.value])
    return f"{url}?row={editor.row}" if editor.row else url


def units_url(own: Own, row: str) -> str:
    """The page on which the rooms of a saved house are written as a table; none for a house that is not saved."""
    if row in ("", NEW_ROW):
        return ""
    return f"{reverse('certification:plan_units', args=[own.application.public_id])}?row={row}"


def _gaps(own: Own, editor: Editor) -> list[dict[str, str]]:
    """What this page still lacks; nothing while it is untouched, when everything does."""
    if getattr(own.plan, editor.section.value) == getattr(type(own.plan)(), editor.section.value):
        return []
    found = own.gaps_of(editor.section)
    if isinstance(editor, ListEditor):
        others = [f"{editor.section.value}[{one.key}]" for one in editor.saved if one.key != editor.row]
        found = tuple(gap for gap in found if not gap.path.startswith(tuple(others)))
    return [{"text": gap.text, "url": _gap_url(own, editor, gap.path)} for gap in found]


def _gap_url(own: Own, editor: Editor, path: str) -> str:
    """The field; on this very page only its place, so that nothing typed is lost."""
    place = place_of(own.plan, path)
    is_here = place.row == editor.row or not isinstance(editor, ListEditor)
    return f"#{place.anchor}" if is_here and place.anchor else place_url(own, path)


def _rows(own: Own, editor: Editor) -> list[dict[str, Any]]:
    """The rows of a list section, to choose from."""
    if not isinstance(editor, ListEditor):
        return []
    rows = [
        {
            "label": numbered_name(row, position=position),
            "url": section_url(own, editor.section, row=row.key),
            "is_current": row.key == editor.row,
            "gaps": sum(gap.path.startswith(f"{editor.section.value}[{row.key}]") for gap in own.gaps),
        }
        for position, row in enumerate(editor.saved, start=1)
    ]
    return rows
