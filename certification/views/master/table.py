"""The 別表: the version in force, its rows, the draft of the next one, and publishing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import ActorRequest
from certification.forms import master as forms
from certification.rules.conditions import ConditionCode
from certification.selectors import master as selectors
from certification.selectors.master import Names
from certification.services import master as services
from certification.services.errors import ActRefused, Stale
from certification.views.master.frame import (
    NEW,
    NEW_ITEM,
    STALE,
    Attempt,
    administered,
    attempt,
    content_of,
    seen_in,
    standing_rows,
    whole,
)
from japan.wareki import format_wareki


@administered
def review_table(request: ActorRequest) -> HttpResponse:
    """The 別表 in force with all its versions; `?version=` shows another one."""
    if request.method == "POST":
        raise Http404
    asked = request.GET.get("version")
    page = selectors.table_page(
        request.actor, day=timezone.localdate(), version=whole(asked) if asked else None
    )
    return render(request, "certification/master/review_table.html", {"page": page, **_frame(page.shown)})


def _frame(table: Any) -> dict[str, Any]:
    """The rows and documents of a version, as the tables of the pages show them."""
    if table is None:
        return {"items": [], "documents": []}
    labels = {row.code: row.label for row in table.document_types.all()}
    return {
        "items": [
            {
                "row": item,
                "condition": _condition(item.condition),
                "documents": [labels.get(code, code) for code in item.document_codes],
                "departments": [
                    {
                        "name": link.department.name,
                        "condition": _condition(link.condition),
                        "is_inferred": link.is_inferred,
                        "is_active": link.department.is_active,
                    }
                    for link in item.departments.all()
                ],
            }
            for item in table.items.all()
        ],
        "documents": [
            {"row": row, "condition": _condition(row.condition)} for row in table.document_types.all()
        ],
    }


def _condition(code: str) -> str:
    """The words of a condition; nothing for 常に."""
    return "" if code == ConditionCode.ALWAYS else selectors.condition_label(code)


# --- The draft ---


@administered
def review_table_draft(request: ActorRequest) -> HttpResponse:
    """The draft with what it changes; with `?document=` the form of one document. POST makes it or throws it away."""
    if "document" in request.GET:
        return _document(request, request.GET["document"])
    if request.method == "POST":
        return _begin_or_discard(request)
    return render(request, "certification/master/draft.html", _draft_context(request))


def _draft_context(request: ActorRequest) -> dict[str, Any]:
    draft, newest = selectors.draft_and_newest(request.actor)
    if draft is None:
        return {"draft": None}
    return {
        "draft": draft,
        "seen": selectors.fingerprint(selectors.table_content(draft)),
        "faults": selectors.publishing_faults(draft),
        **_differences(request, draft, newest),
        **_frame(draft),
        "breadcrumb": _table_breadcrumb(f"第{draft.version}版の案"),
    }


def _differences(request: ActorRequest, draft: Any, newest: Any) -> dict[str, Any]:
    before = selectors.table_content(newest) if newest else selectors.TableContent()
    departments = selectors.department_names(request.actor)
    found = selectors.differences(
        before,
        selectors.table_content(draft),
        names_before=selectors.names_of(departments, newest),
        names=selectors.names_of(departments, draft),
    )
    return {
        "newest": newest,
        "differences": [
            {
                "kind": one.kind,
                "kind_label": one.kind_label,
                "title": one.title,
                "rows": [
                    {"term": line.term, "before": line.before, "text": line.after, "changed": True}
                    for line in one.lines
                ],
            }
            for one in found
        ],
    }


def _table_breadcrumb(*labels: str) -> list[dict[str, str]]:
    """別表 › 案 › this page."""
    items = [
        {"label": "別表", "url": reverse("certification:review_table")},
        {"label": labels[0], "url": reverse("certification:review_table_draft")},
        *({"label": label, "url": ""} for label in labels[1:]),
    ]
    return [*items[:-1], {**items[-1], "url": ""}]


def _begin_or_discard(request: ActorRequest) -> HttpResponse:
    now = timezone.now()
    if request.POST.get("act") != "discard":
        draft = services.begin_draft(actor=request.actor, now=now)
        messages.success(
            request, f"第{draft.version}版の案を開きました。公開するまで、今の別表は変わりません。"
        )
        return redirect("certification:review_table_draft")
    try:
        services.discard_draft(actor=request.actor, now=now, seen=seen_in(request))
    except Stale:
        messages.error(
            request,
            "ほかの担当者が先に案を変えました。今の内容を確かめてから、もう一度行ってください。",
        )
        return render(request, "certification/master/draft.html", _draft_context(request), status=STALE)
    messages.success(request, "案を捨てました。今の別表は変わりません。")
    return redirect("certification:review_table")


# --- One row ---


@administered
def review_item(request: ActorRequest, item_id: int) -> HttpResponse:
    """One row: the form in the draft, to look at in a published version. The id 0 is a new row."""
    actor = request.actor
    item = None if item_id == NEW_ITEM else selectors.item_of(actor, item_id)
    if item is not None and item.table.published_at is not None and request.method != "POST":
        return _published_item(request, item)
    draft = selectors.draft_of(actor)
    if draft is None and item is None:
        raise Http404
    current = selectors.item_content(item) if item else None
    form = _item_form(request, item=item, draft=draft or item.table)  # type: ignore[union-attr]
    tried, typed = Attempt(), None
    if request.method == "POST":
        tried = _act_on_item(request, form, item=item)
        if tried.is_done:
            return redirect("certification:review_table_draft")
        typed = content_of(form)
    context = {
        "form": form,
        "item": item,
        "draft": draft,
        "is_published": item is not None and item.table.published_at is not None,
        "seen": selectors.fingerprint(current),
        "standing": standing_rows(tried, typed, current, names=form.names()),
        "breadcrumb": _table_breadcrumb(
            f"第{draft.version}版の案" if draft else "案", f"{item.number}番の行" if item else "行を加える"
        ),
    }
    return render(request, "certification/master/item.html", context, status=tried.status)


def _item_form(request: ActorRequest, *, item: Any, draft: Any) -> forms.ItemForm:
    linked = {link.department_id for link in item.departments.all()} if item else set()
    departments = [
        row for row in selectors.all_departments(request.actor) if row.is_active or row.pk in linked
    ]
    if item is not None:
        initial = forms.ItemForm.initial_of(selectors.item_content(item))
    else:
        numbers = [row.number for row in draft.items.all()]
        initial = {"number": max(numbers, default=0) + 1, "condition": ConditionCode.ALWAYS}
    saving = request.method == "POST" and request.POST.get("act") != "remove"
    return forms.ItemForm(
        request.POST if saving else None,
        initial=initial,
        departments=departments,
        documents=selectors.documents_of(draft),
    )


def _act_on_item(request: ActorRequest, form: forms.ItemForm, *, item: Any) -> Attempt:
    now, seen = timezone.now(), seen_in(request)
    if request.POST.get("act") == "remove":
        if item is None:
            raise Http404
        tried = _removal(
            request, lambda: services.remove_item(item_id=item.pk, actor=request.actor, now=now, seen=seen)
        )
        said = f"{item.number}番の行を案から外しました。"
    else:
        tried = attempt(
            form,
            lambda: services.save_item(
                item_id=item.pk if item else None,
                content=form.content(),
                actor=request.actor,
                now=now,
                seen=seen,
            ),
        )
        said = f"{form.cleaned_data['number']}番の行を案に保存しました。" if tried.is_done else ""
    if tried.is_done:
        messages.success(request, said)
    return tried


def _removal(request: HttpRequest, act: Callable[[], object]) -> Attempt:
    """A removal has no form that could show an error: the sentence stands above the page."""
    try:
        act()
    except (Stale, ActRefused) as error:
        text = (
            "ほかの担当者が先に変えました。今の内容を確かめてから、もう一度行ってください。"
            if isinstance(error, Stale)
            else str(error)
        )
        messages.error(request, text)
        return Attempt(status=STALE)
    return Attempt(is_done=True)


def _published_item(request: ActorRequest, item: Any) -> HttpResponse:
    names = selectors.names_of(selectors.department_names(request.actor), item.table)
    lines = selectors.lines_of(selectors.item_content(item), names)
    table_url = f"{reverse('certification:review_table')}?version={item.table.version}"
    context = {
        "item": item,
        "rows": [{"term": line.term, "text": line.text} for line in lines],
        "is_inferred": any(link.is_inferred for link in item.departments.all()),
        "table_url": table_url,
        "breadcrumb": [
            {"label": "別表", "url": reverse("certification:review_table")},
            {"label": f"第{item.table.version}版", "url": table_url},
            {"label": f"{item.number}番の行", "url": ""},
        ],
    }
    return render(request, "certification/master/published_item.html", context)


# --- One document ---


def _document(request: ActorRequest, asked: str) -> HttpResponse:
    actor = request.actor
    draft = selectors.draft_of(actor)
    if draft is None:
        raise Http404
    document = None if asked == NEW else selectors.draft_document(actor, whole(asked))
    current = selectors.document_content(document) if document else None
    saving = request.method == "POST" and request.POST.get("act") != "remove"
    form = forms.DocumentForm(
        request.POST if saving else None, initial=_document_initial(draft, current), is_new=document is None
    )
    tried, typed = Attempt(), None
    if request.method == "POST":
        tried = _act_on_document(request, form, document=document)
        if tried.is_done:
            return redirect(f"{reverse('certification:review_table_draft')}#documents")
        typed = content_of(form)
    context = {
        "form": form,
        "document": document,
        "draft": draft,
        "seen": selectors.fingerprint(current),
        "standing": standing_rows(tried, typed, current, names=Names()),
        "users": [
            item.number for item in draft.items.all() if document and document.code in item.document_codes
        ],
        "breadcrumb": _table_breadcrumb(
            f"第{draft.version}版の案", document.label if document else "書類を加える"
        ),
    }
    return render(request, "certification/master/document.html", context, status=tried.status)


def _document_initial(draft: Any, current: selectors.DocumentContent | None) -> Mapping[str, Any]:
    if current is not None:
        return vars(current)
    positions = [row.position for row in draft.document_types.all()]
    return {"position": max(positions, default=0) + 1, "condition": ConditionCode.ALWAYS}


def _act_on_document(request: ActorRequest, form: forms.DocumentForm, *, document: Any) -> Attempt:
    now, seen = timezone.now(), seen_in(request)
    if request.POST.get("act") == "remove":
        if document is None:
            raise Http404
        tried = _removal(
            request,
            lambda: services.remove_document_type(
                document_id=document.pk, actor=request.actor, now=now, seen=seen
            ),
        )
        said = f"「{document.label}」を案から外しました。"
    else:
        tried = attempt(
            form,
            lambda: services.save_document_type(
                document_id=document.pk if document else None,
                content=form.content(),
                actor=request.actor,
                now=now,
                seen=seen,
            ),
        )
        said = f"「{form.cleaned_data['label']}」を案に保存しました。" if tried.is_done else ""
    if tried.is_done:
        messages.success(request, said)
    return tried


# --- Publishing ---


@administered
def review_table_publish(request: ActorRequest) -> HttpResponse:
    """What will change, from when, on what grounds; then the draft is published."""
    actor, today = request.actor, timezone.localdate()
    draft, newest = selectors.draft_and_newest(actor)
    if draft is None:
        if request.method == "POST":
            messages.info(request, "案は、すでに公開されたか、捨てられています。")
        return redirect("certification:review_table")
    earliest = selectors.earliest_start(newest, day=today)
    form = forms.PublishForm(
        request.POST or None, initial={"effective_from": earliest, "source": draft.source}
    )
    form.fields["effective_from"].help_text = f"{format_wareki(earliest, weekday=True)}以後の日を選びます。"
    tried = Attempt()
    if request.method == "POST":
        tried = attempt(
            form,
            lambda: services.publish(
                effective_from=form.start(),
                source=form.cleaned_data["source"],
                actor=actor,
                now=timezone.now(),
                seen=seen_in(request),
            ),
        )
        if tried.is_done:
            start = format_wareki(form.start(), weekday=True)
            messages.success(
                request, f"別表 第{draft.version}版を公開しました。{start}からの申請に使います。"
            )
            return redirect("certification:review_table")
    context = {
        "form": form,
        "draft": draft,
        "seen": selectors.fingerprint(selectors.table_content(draft)),
        "faults": selectors.publishing_faults(draft),
        "notes": selectors.publishing_notes(draft),
        "running": selectors.running_count(draft.municipality_id),
        **_differences(request, draft, newest),
        "breadcrumb": _table_breadcrumb(f"第{draft.version}版の案", "公開する"),
    }
    return render(request, "certification/master/publish.html", context, status=tried.status)
