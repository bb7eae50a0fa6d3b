"""監督の措置: drafting one, its page with the next possible acts, each act, the checklist of an inspection, its files."""

from __future__ import annotations

import logging
import uuid
from typing import Any, BinaryIO, Final, cast

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ActorRequest
from accounts.intake.serving import serve
from accounts.intake.uploads import (
    ACCEPT,
    RULES_TEXT,
    InspectionFailed,
    StoredFileMissing,
    UploadRefused,
    discard,
    inspect,
    store,
)
from accounts.selectors import NotVisible
from certification.forms.supervision import ActForm, FileForm, FindingsForm, MeasureForm, measure_initial
from certification.rules.supervision import KIND_BASIS, Act, MeasureKind, Row, Step, ground_labels, row_of
from certification.selectors import supervision as selectors
from certification.services import supervision as services
from certification.services.errors import ActRefused, CaseError, InputMissing, NotFound, Stale
from certification.views.staff.frame import INVALID, STALE, office_page, status_of
from certification.views.staff.supervision import due_of, event_item, home_crumb, plan_crumb, step_status
from japan.wareki import format_wareki

logger = logging.getLogger(__name__)

WHAT_HAPPENS: Final[dict[tuple[str, str], str]] = {
    ("report", "propose"): "決裁者に、報告を求めることの決裁を求めます。",
    ("report", "notify"): "事業者に、報告を求めることと期限を知らせます。",
    ("inspection", "notify"): "事業者に、検査の日・場所・事項を知らせます。",
    ("inspection", "conclude"): "チェック項目の結果は、この後は書き直せません。",
    (
        "guidance",
        "guide",
    ): "指導したことを記録し、お願いする事項と期限を事業者に知らせます。従うかどうかは任意で、"
    "従わないことを理由に不利益な取扱いはできません(行政手続法32条2項)。",
    (
        "order",
        "give_chance",
    ): "予定する命令の内容・根拠・理由となる事実と、弁明書の提出期限を事業者に知らせます(行政手続法30条)。",
    ("order", "no_explanation"): "提出期限までに弁明書がなかったものとして進みます。",
    ("order", "propose"): "決裁者に、改善命令の決裁を求めます。措置の期限と理由は命令書に載ります。",
    ("order", "approve"): "改善命令を出し、事業者に知らせます。決裁した内容は変えられません。",
    ("order", "close_unmet"): "命令に従わなかったことを記録します。認定の取消しの理由になります(法56条2項)。",
    (
        "revocation",
        "call_hearing",
    ): "予定する処分・根拠・理由となる事実と、聴聞の期日・場所を事業者に知らせます(行政手続法15条)。",
    (
        "revocation",
        "propose",
    ): "決裁者に、認定の取消しの決裁を求めます。聴聞調書と報告書の意見を十分に参酌してください(行政手続法26条)。",
    ("revocation", "approve"): "認定を取り消します。公開一覧から消え、事業者に知らせます。取り消せません。",
    ("revocation", "publish"): "公示したことを記録して、終わります(法56条3項)。",
}
DANGER: Final = (("revocation", "approve"),)


# --- Drafting ---


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def measure_new(request: ActorRequest, plan_id: uuid.UUID, kind: str) -> HttpResponse:
    """Draft a measure about a certified plan."""
    if kind not in MeasureKind.values:
        raise Http404
    known = MeasureKind(kind)
    plan = selectors.plan_to_supervise(request.actor, plan_id)
    if not selectors.is_lead(request.actor, plan):
        raise NotVisible
    tips = selectors.open_tips_of(request.actor, plan)
    initial = {"seen": 0, "key": uuid.uuid4()}
    form = MeasureForm(_posted(request), kind=known, tips=tips, initial=initial)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            measure = services.start_measure(
                plan_id=plan_id,
                kind=known,
                content=form.content(),
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=timezone.now(),
            )
        except NotFound:
            raise
        except CaseError as error:
            _add_error(form, error)
            status = status_of(error)
        else:
            messages.success(request, f"{known.label}を起案しました。")
            return redirect("certification:measure", measure_id=measure.public_id)
    elif form.is_bound:
        status = INVALID
    return _form_page(request, plan, known, form, status=status)


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def measure_edit(request: ActorRequest, measure_id: uuid.UUID) -> HttpResponse:
    """Write a draft anew, while nothing of it went out."""
    page = selectors.measure_page(request.actor, measure_id, today=timezone.localdate())
    measure = page.measure
    if not page.may_write:
        raise NotVisible
    kind = MeasureKind(measure.kind)
    tips = selectors.open_tips_of(request.actor, measure.plan)
    initial = {**measure_initial(measure), "seen": measure.revision, "key": uuid.uuid4()}
    form = MeasureForm(_posted(request), kind=kind, tips=tips, initial=initial)
    if not form.is_bound or not form.is_valid():
        return _form_page(
            request, measure.plan, kind, form, measure=measure, status=INVALID if form.is_bound else 200
        )
    try:
        services.revise_measure(
            measure_id=measure_id,
            content=form.content(),
            actor=request.actor,
            now=timezone.now(),
            seen=form.cleaned_data["seen"],
        )
    except NotFound:
        raise
    except CaseError as error:
        _add_error(form, error)
        return _form_page(request, measure.plan, kind, form, measure=measure, status=status_of(error))
    messages.success(request, "書き直しました。")
    return redirect("certification:measure", measure_id=measure_id)


def _posted(request: ActorRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _add_error(form: Any, error: CaseError) -> None:
    field = error.field if isinstance(error, InputMissing) and error.field in form.fields else None
    form.add_error(field, str(error))


def _form_page(
    request: ActorRequest,
    plan: Any,
    kind: MeasureKind,
    form: MeasureForm,
    *,
    measure: Any = None,
    status: int = 200,
) -> HttpResponse:
    name = plan.register_entry.version.value.housing_name or "名称なし"
    title = f"{kind.label}を書き直す" if measure else f"{kind.label}を起案する"
    back = (
        reverse("certification:measure", args=[measure.public_id])
        if measure
        else reverse("certification:supervision_plan", args=[plan.public_id])
    )
    context = {
        "breadcrumb": [home_crumb(), plan_crumb(plan, name), {"label": title, "url": ""}],
        "title": title,
        "kicker": f"認定番号 {plan.certified_number}・{name}",
        "basis": KIND_BASIS[kind],
        "form": form,
        "back_url": back,
    }
    return render(request, "certification/supervision/measure_form.html", context, status=status)


# --- One measure ---


@office_page
@require_safe
def measure(request: ActorRequest, measure_id: uuid.UUID) -> HttpResponse:
    """One measure. Reading it is an event of the trail."""
    page = selectors.measure_page(request.actor, measure_id, today=timezone.localdate())
    services.record_read(page.measure, actor=request.actor, now=timezone.now())
    return _measure_page(request, page, FileForm())


def _measure_page(
    request: ActorRequest, page: selectors.MeasurePage, form: FileForm, *, status: int = 200
) -> HttpResponse:
    row = page.measure
    context = {
        **_head(page),
        "due": due_of(row, today=timezone.localdate()),
        "facts": _facts(page),
        "timeline": [event_item(event) for event in page.events],
        "findings": page.findings,
        "files": [
            {"url": reverse("certification:measure_file", args=[one.public_id]), "row": one}
            for one in page.files
        ],
        "acts": [_act(page, offer) for offer in page.offers],
        "may_edit": page.may_write and row.step == Step.DRAFT,
        "form": form if page.may_write and row.step != Step.CLOSED else None,
        "accept": ACCEPT,
        "rules_text": RULES_TEXT,
    }
    return render(request, "certification/supervision/measure.html", context, status=status)


def _head(page: selectors.MeasurePage, here: str = "") -> dict[str, Any]:
    row = page.measure
    plan = row.plan
    content = plan.register_entry.version.value
    name = content.housing_name or "名称なし"
    title = row.get_kind_display()
    url = reverse("certification:measure", args=[row.public_id])
    tail = (
        [{"label": title, "url": url}, {"label": here, "url": ""}] if here else [{"label": title, "url": ""}]
    )
    return {
        "breadcrumb": [home_crumb(), plan_crumb(plan, name), *tail],
        "measure": row,
        "measure_url": url,
        "kicker": f"監督・認定番号 {plan.certified_number}",
        "who_files": f"{name}・{content.applicant_name}",
        "title": title,
        "status": step_status(row),
    }


def _act(page: selectors.MeasurePage, offer: Any) -> dict[str, Any]:
    row = page.measure
    url = (
        reverse("certification:measure_findings", args=[row.public_id])
        if offer.act == Act.RECORD_FINDINGS
        else reverse("certification:measure_act", args=[row.public_id, offer.act.value])
    )
    is_aside = offer.act in (Act.DROP, Act.SEND_BACK)
    return {
        "label": offer.label,
        "url": url,
        "blocked": offer.blocked,
        "id": offer.act.value,
        "is_aside": is_aside,
    }


def _facts(page: selectors.MeasurePage) -> list[dict[str, Any]]:
    row = page.measure
    lines = [
        {"term": "根拠条項", "text": row.basis},
        {"term": "根拠", "text": "、".join(ground_labels(row.grounds))},
        {"term": "求めること", "text": row.demand},
        {"term": "理由となる事実", "text": row.facts},
        {"term": "処分の理由", "text": row.reasons},
        {"term": "検査する職員", "text": _inspectors(row)},
        {"term": "方法", "text": row.get_way_display()},
        {"term": "場所・提出先", "text": row.place},
        {"term": "期限・期日", "text": format_wareki(row.due_on) if row.due_on else ""},
        {
            "term": "起案",
            "text": f"{row.drafted_by.name}({format_wareki(timezone.localdate(row.drafted_at))})",
        },
        {"term": "決裁に回した人", "text": row.proposed_by.name if row.proposed_by else ""},
        {
            "term": "決裁",
            "text": f"{row.decided_by.name}({format_wareki(timezone.localdate(row.decided_at))})"
            if row.decided_by and row.decided_at
            else "",
        },
    ]
    if row.tip:
        told = f"{row.tip.get_kind_display()}({format_wareki(row.tip.received_on)})"
        url = reverse("certification:tip", args=[row.tip.public_id])
        lines.append({"term": "きっかけの通報", "text": told, "url": url})
    return [line for line in lines if line["text"]]


def _inspectors(row: Any) -> str:
    return "、".join(f"{one['post']} {one['name']}(身分証 {one['card'] or 'なし'})" for one in row.inspectors)


# --- Acts ---


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def measure_act(request: ActorRequest, measure_id: uuid.UUID, action: str) -> HttpResponse:
    """One act: what it does, what it needs, then the act itself."""
    page = selectors.measure_page(request.actor, measure_id, today=timezone.localdate())
    row = row_of(page.measure.kind, action)
    if row is None or row.act == Act.RECORD_FINDINGS:
        raise Http404
    kind = page.measure.kind
    fresh = {"seen": page.measure.revision, "key": uuid.uuid4(), "happened_on": timezone.localdate()}
    if request.method != "POST":
        return _act_page(request, page, row, ActForm(kind=kind, row=row, initial=fresh))
    form = ActForm(request.POST, kind=kind, row=row)
    if not form.is_valid():
        return _act_page(request, page, row, form, status=INVALID)
    try:
        services.perform(
            measure_id=measure_id,
            act=row.act,
            given=form.given(),
            actor=request.actor,
            now=timezone.now(),
            seen=form.cleaned_data["seen"],
            key=form.cleaned_data["key"],
        )
    except InputMissing as error:
        _add_error(form, error)
        return _act_page(request, page, row, form, status=INVALID)
    except (Stale, ActRefused) as error:
        data = request.POST.copy()
        data["seen"], data["key"] = str(page.measure.revision), str(uuid.uuid4())
        kept = ActForm(data, kind=kind, row=row)
        return _act_page(request, page, row, kept, status=STALE, refusal=str(error))
    messages.success(request, f"「{row.act.label}」を記録しました。")
    return redirect("certification:measure", measure_id=measure_id)


def _act_page(
    request: ActorRequest,
    page: selectors.MeasurePage,
    row: Row,
    form: ActForm,
    *,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    offer = next((offer for offer in page.offers if offer.act == row.act), None)
    at = (page.measure.kind, row.act.value)
    context = {
        **_head(page, here=str(row.act.label)),
        "label": row.act.label,
        "what": WHAT_HAPPENS.get(at, ""),
        "basis": row.basis,
        "letter": row.letter.label if row.letter else "",
        "form": form,
        "blocked": (offer.blocked or "") if offer else _not_on_offer(page, row),
        "refusal": refusal,
        "is_danger": at in DANGER,
        "facts": _facts(page),
    }
    return render(request, "certification/supervision/act.html", context, status=status)


def _not_on_offer(page: selectors.MeasurePage, row: Row) -> str:
    who = "・".join(str(each.label) for each in row.who)
    steps = "・".join(f"「{step.label}」" for step in row.sources)
    now = page.measure.get_step_display()
    return f"この措置は今「{now}」です。「{row.act.label}」は、{steps}のときに{who}だけができます。"


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def measure_findings(request: ActorRequest, measure_id: uuid.UUID) -> HttpResponse:
    """The checklist of an inspection."""
    page = selectors.measure_page(request.actor, measure_id, today=timezone.localdate())
    if page.measure.kind != MeasureKind.INSPECTION or not page.may_write:
        raise NotVisible
    blocked = (
        "" if page.measure.step == Step.CARRIED_OUT else "結果は、検査を実施した後、まとめる前に書きます。"
    )
    if request.method != "POST":
        form = FindingsForm(rows=page.findings, initial={"seen": page.measure.revision})
        return _findings_page(request, page, form, blocked=blocked)
    form = FindingsForm(request.POST, rows=page.findings)
    if not form.is_valid():
        return _findings_page(request, page, form, blocked=blocked, status=INVALID)
    try:
        services.record_findings(
            measure_id=measure_id,
            found=form.found(),
            actor=request.actor,
            now=timezone.now(),
            seen=form.cleaned_data["seen"],
        )
    except NotFound:
        raise
    except CaseError as error:
        if isinstance(error, Stale):
            data = request.POST.copy()
            data["seen"] = str(page.measure.revision)
            form = FindingsForm(data, rows=page.findings)
            form.is_valid()
        _add_error(form, error)
        return _findings_page(request, page, form, blocked=blocked, status=status_of(error))
    messages.success(request, "確認した結果を書きました。")
    return redirect("certification:measure", measure_id=measure_id)


def _findings_page(
    request: ActorRequest, page: selectors.MeasurePage, form: FindingsForm, *, blocked: str, status: int = 200
) -> HttpResponse:
    context = {
        **_head(page, here=str(Act.RECORD_FINDINGS.label)),
        "form": form,
        "parts": form.parts(),
        "blocked": blocked,
    }
    return render(request, "certification/supervision/findings.html", context, status=status)


# --- Files ---


@office_page
@require_POST
def measure_attach(request: ActorRequest, measure_id: uuid.UUID) -> HttpResponse:
    """Add one photo or paper."""
    page = selectors.measure_page(request.actor, measure_id, today=timezone.localdate())
    if not page.may_write:
        raise NotVisible
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            _keep(request, measure_id, form)
        except (UploadRefused, InputMissing, ActRefused) as error:
            form.add_error("file", str(error))
        except InspectionFailed:
            logger.exception("an upload could not be inspected")
            form.add_error("file", "サーバーの都合で、いま確かめられませんでした。もう一度添付してください。")
        else:
            messages.success(request, "写真・書類を付けました。")
            return redirect("certification:measure", measure_id=measure_id)
    return _measure_page(request, page, form, status=INVALID)


def _keep(request: ActorRequest, measure_id: uuid.UUID, form: FileForm) -> None:
    """Check, keep, and record. What is not recorded is not kept."""
    file = form.cleaned_data["file"]
    checked = inspect(cast(BinaryIO, file.file), name=file.name or "", size=file.size or 0)
    stored_name = store(checked)
    try:
        services.attach_file(
            measure_id=measure_id,
            label=form.cleaned_data["label"],
            checked=checked,
            stored_name=stored_name,
            actor=request.actor,
            now=timezone.now(),
        )
    except Exception:
        discard(stored_name)
        raise


@office_page
@require_safe
def measure_file(request: ActorRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """One file of a measure: a picture is shown, anything else is saved."""
    kept = selectors.file_to_open(request.actor, file_id)
    try:
        response = serve(
            kept.stored_name, content_type=kept.content_type, original_name=kept.original_name, inline=True
        )
    except StoredFileMissing as error:
        raise Http404 from error
    services.record_file_read(kept, actor=request.actor, now=timezone.now())
    return response
