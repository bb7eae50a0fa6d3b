"""The words of the municipality's letters: the list of kinds, one kind to write, a sample to look at and print."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from accounts.access import ActorRequest
from certification.documents import UnprintableCharacter, sample_letter
from certification.documents import render as print_letter
from certification.forms.letters import SeenOnlyForm, TemplateForm
from certification.rules.letter_kinds import (
    RULES,
    Wording,
    default_wording,
    problems_of,
    sample_of,
)
from certification.selectors.letters import KindPage, kind_lines, kind_page
from certification.services import letter_templates as services
from certification.services.errors import ActRefused, CaseError, Stale
from certification.services.letters import sender_of
from certification.views.master.frame import STALE, Attempt, administered, attempt


@require_safe
@administered
def letter_templates(request: ActorRequest) -> HttpResponse:
    """Every kind of letter, and with whose words it is written."""
    lines = [
        {
            "name": line.kind.label,
            "url": reverse("certification:letter_template", args=[line.kind.value]),
            "reader": RULES[line.kind].reader.value,
            "standing": line.standing,
            "draft": line.draft,
        }
        for line in kind_lines(request.actor)
    ]
    context = {"lines": lines, "breadcrumb": _breadcrumb()}
    return render(request, "certification/master/letter_templates.html", context)


@administered
def letter_template(request: ActorRequest, kind: str) -> HttpResponse:
    """One kind: title and body to write; `?standard=1` puts our own words into the form."""
    page = kind_page(request.actor, kind)
    words = default_wording(page.kind) if "standard" in request.GET else page.wording
    initial = {"title": words.title, "body": "\n".join(words.body), "seen": page.seen}
    form, tried = TemplateForm(request.POST or None, initial=initial), Attempt()
    if request.method == "POST":
        tried = attempt(
            form,
            lambda: services.save_template(
                page.kind, **form.cleaned_data, actor=request.actor, now=timezone.now()
            ),
        )
        if tried.is_done:
            messages.success(
                request,
                f"{page.kind.label}の文面の案を保存しました。公開するまで、通知文書には使われません。",
            )
            return redirect("certification:letter_template", kind=page.kind.value)
    typed = form.data if tried.stale else None
    return _editor(request, page, form=form, tried=tried, typed=typed)


def _editor(
    request: ActorRequest, page: KindPage, *, form: TemplateForm, tried: Attempt, typed: Any = None
) -> HttpResponse:
    rule, today = RULES[page.kind], timezone.localdate()
    context = {
        "form": form,
        "kind": page.kind.value,
        "name": page.kind.label,
        "reader": rule.reader.value,
        "standing": page.standing,
        "draft": page.draft,
        "seen": page.seen,
        "problems": services.wording_problems(page.kind, page.draft.wording, on=today) if page.draft else (),
        # Of a stale page the form keeps what was typed; what somebody else saved stands beside it.
        "now_there": page.wording if typed is not None else None,
        "placeholders": [
            {"name": f"{{{name}}}", "sample": sample_of(page.kind, name), "is_needed": name in rule.needs}
            for name in rule.placeholders
        ],
        "always": _always(page),
        "breadcrumb": _breadcrumb(page.kind.label),
    }
    return render(request, "certification/master/letter_template.html", context, status=tried.status)


def _always(page: KindPage) -> list[str]:
    """What is printed whatever the words are."""
    rule = RULES[page.kind]
    required = "、".join(field.label for field in rule.fields if field.required)
    return [
        f"この文書の根拠: {rule.basis}",
        *([f"必ず書くこと: {required}"] if required else []),
        *([f"{rule.fixed_title}: {' '.join(rule.fixed)}"] if rule.fixed else []),
        *(["教示: 「認定の設定」の教示文"] if rule.appeals else []),
    ]


@require_POST
@administered
def letter_template_publish(request: ActorRequest, kind: str) -> HttpResponse:
    """Use the draft from now on."""
    page = kind_page(request.actor, kind)
    form = SeenOnlyForm(request.POST)
    if form.is_valid():
        try:
            services.publish_template(page.kind, actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except (Stale, ActRefused) as error:
            return _refused(request, kind, error)
        messages.success(request, f"{page.kind.label}の文面を公開しました。これから出す文書に使われます。")
    return redirect("certification:letter_template", kind=page.kind.value)


@require_POST
@administered
def letter_template_discard(request: ActorRequest, kind: str) -> HttpResponse:
    """Throw the draft away."""
    page = kind_page(request.actor, kind)
    form = SeenOnlyForm(request.POST)
    if form.is_valid():
        try:
            services.discard_template(page.kind, actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except (Stale, ActRefused) as error:
            return _refused(request, kind, error)
        messages.success(request, f"{page.kind.label}の文面の案を捨てました。")
    return redirect("certification:letter_template", kind=page.kind.value)


def _refused(request: ActorRequest, kind: str, error: CaseError) -> HttpResponse:
    """The page as it now is, with what kept the act from being done."""
    page = kind_page(request.actor, kind)
    words = page.wording
    messages.warning(request, str(error))
    form = TemplateForm(initial={"title": words.title, "body": "\n".join(words.body), "seen": page.seen})
    return _editor(request, page, form=form, tried=Attempt(status=STALE))


@require_safe
@administered
def letter_template_preview(request: ActorRequest, kind: str) -> HttpResponse:
    """The draft, else what holds now, as a PDF with invented values that says 見本 on every page."""
    page = kind_page(request.actor, kind)
    try:
        pdf = _sample(page, page.wording)
    except UnprintableCharacter as error:
        messages.warning(request, str(error))
        return redirect("certification:letter_template", kind=page.kind.value)
    if pdf is None:
        messages.warning(
            request, "案に直すところがあるので、見本を作れません。下の「直すところ」をご覧ください。"
        )
        return redirect("certification:letter_template", kind=page.kind.value)
    name = f"見本_{page.kind.label}.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": str(content_disposition_header(as_attachment=False, filename=name)),
            "Cache-Control": "private, no-store",
        },
    )


def _sample(page: KindPage, wording: Wording) -> bytes | None:
    if problems_of(page.kind, wording):
        return None
    own = (page.draft or page.standing) is not None
    # The sender is the municipality's own: that is what one wants to see printed. Addressee and case are invented.
    more = (
        {"sender": sender_of(page.setting), "appeal_text": page.setting.appeal_text} if page.setting else {}
    )
    content = sample_letter(
        page.kind,
        wording if own else None,
        on=timezone.localdate(),
        **more,  # type: ignore[arg-type]
    )
    return print_letter(content, is_sample=True)


def _breadcrumb(here: str = "") -> list[dict[str, str]]:
    settings = {"label": "認定の設定", "url": reverse("certification:settings")}
    if not here:
        return [settings, {"label": "通知文書の文面", "url": ""}]
    words = {"label": "通知文書の文面", "url": reverse("certification:letter_templates")}
    return [settings, words, {"label": here, "url": ""}]
