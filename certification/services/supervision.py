"""監督の措置: the only writer of measures. Every act goes through its table, is an event for good, and stands in the trail."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.intake.uploads import Checked
from accounts.models import Role
from accounts.outbox import notify
from accounts.rules.actor import Actor
from accounts.selectors import holders
from certification.models import (
    InspectionFinding,
    Measure,
    MeasureEvent,
    MeasureFile,
    Plan,
    Revocation,
)
from certification.rules.notifications import NoticeKind
from certification.rules.supervision import (
    CHECKLIST,
    DWELLING,
    Act,
    Facts,
    Input,
    MeasureKind,
    Row,
    Step,
    basis_of,
    check,
    due_problem,
    finding_problem,
    grounds_problem,
    row_of,
)
from certification.selectors import supervision as selectors
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.notifications import publish_end
from certification.services.supervision_letters import fields_of, send, told_text
from certification.services.trail import record_plan

NO_SUCH: Final = "この措置は見つかりません。"
MOST_FILES: Final = 60
MOST_UNITS: Final = 100
REVOCATION_DEMAND: Final = "居住安定援助計画の認定の取消し"


@dataclasses.dataclass(frozen=True, kw_only=True)
class MeasureContent:
    """What a measure says before it goes out. `units` are the dwellings an inspection wants to see."""

    facts: str
    demand: str
    grounds: tuple[str, ...] = ()
    inspectors: tuple[Mapping[str, str], ...] = ()
    units: tuple[str, ...] = ()
    tip_id: uuid.UUID | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Given:
    """What the person gave with an act."""

    text: str = ""
    reason: str = ""
    happened_on: dt.date | None = None
    due_on: dt.date | None = None
    place: str = ""
    way: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Found:
    """The result of one row of the checklist."""

    number: int
    consent: str = ""
    finding: str = ""
    note: str = ""


# --- Beginning ---


@transaction.atomic
def start_measure(
    *,
    plan_id: uuid.UUID,
    kind: MeasureKind,
    content: MeasureContent,
    key: uuid.UUID,
    actor: Actor,
    now: dt.datetime,
) -> Measure:
    """The draft of a measure about a certified plan. Raises `NotFound`, `ActRefused`, `InputMissing`."""
    plan = selectors.plan_to_supervise(actor, plan_id)
    if not selectors.is_lead(actor, plan):
        raise NotFound(NO_SUCH)
    if known := Measure.objects.filter(public_id=key, plan=plan).first():
        return known
    if plan.status != Plan.Status.CERTIFIED:
        raise ActRefused("この計画は、もう認定中ではありません。措置は始められません。")
    measure = Measure(
        public_id=key, plan=plan, kind=kind, drafted_by_id=actor.user_id, drafted_at=now, revision=1
    )
    _write(measure, content, actor=actor)
    measure.save()
    _lay_out(measure, content.units)
    _record(measure, "supervision_started", actor=actor, now=now, to_state=str(Step.DRAFT.label))
    return measure


@transaction.atomic
def revise_measure(
    *, measure_id: uuid.UUID, content: MeasureContent, actor: Actor, now: dt.datetime, seen: int
) -> Measure:
    """Write the draft anew, while nothing of it went out. Raises `NotFound`, `Stale`, `ActRefused`, `InputMissing`."""
    measure = _locked(measure_id, actor=actor, seen=seen)
    if not selectors.is_lead(actor, measure.plan):
        raise NotFound(NO_SUCH)
    if measure.step != Step.DRAFT:
        raise ActRefused(
            f"この{measure.get_kind_display()}は今「{measure.get_step_display()}」です。もう書き直せません。"
        )
    _write(measure, content, actor=actor)
    measure.drafted_by_id, measure.drafted_at = actor.user_id, now
    measure.revision += 1
    measure.save()
    _lay_out(measure, content.units)
    _record(measure, "supervision_revised", actor=actor, now=now)
    return measure


def _write(measure: Measure, content: MeasureContent, *, actor: Actor) -> None:
    if problem := grounds_problem(measure.kind, content.grounds):
        raise InputMissing("grounds", problem)
    demand = REVOCATION_DEMAND if measure.kind == MeasureKind.REVOCATION else content.demand.strip()
    if not demand:
        raise InputMissing("demand", "何を求めるかを書いてください。")
    if not content.facts.strip():
        raise InputMissing("facts", "理由となる事実を書いてください。")
    measure.tip = None
    if content.tip_id:
        measure.tip = (
            selectors.staff_tips(actor).filter(public_id=content.tip_id, plan=measure.plan_id).first()
        )
    measure.grounds = list(content.grounds)
    measure.basis = basis_of(measure.kind, content.grounds)
    measure.facts, measure.demand = content.facts.strip(), demand
    measure.inspectors = [dict(one) for one in content.inspectors]


def _lay_out(measure: Measure, units: tuple[str, ...]) -> None:
    """The rows of the checklist, and one for each dwelling that is to be seen."""
    if measure.kind != MeasureKind.INSPECTION:
        return
    if len(units) > MOST_UNITS:
        raise InputMissing("units", f"立ち入る部屋は{MOST_UNITS}までにしてください。")
    measure.findings.all().delete()
    rows = [*((*row, "") for row in CHECKLIST), *((*DWELLING, unit) for unit in dict.fromkeys(units))]
    InspectionFinding.objects.bulk_create(
        InspectionFinding(measure=measure, number=number, basis=basis, subject=subject, unit=unit)
        for number, (basis, subject, unit) in enumerate(rows, start=1)
    )


# --- Acts ---


@transaction.atomic
def perform(
    *,
    measure_id: uuid.UUID,
    act: Act,
    given: Given,
    actor: Actor,
    now: dt.datetime,
    seen: int,
    key: uuid.UUID,
) -> Measure:
    """Do one act of the table. A second click with the same `key` is the same act.

    Raises `NotFound`, `Stale`, `ActRefused`, `InputMissing`.
    """
    measure = _locked(measure_id, actor=actor)
    done = MeasureEvent.objects.filter(key=key).first()
    if done and (done.measure_id, done.act, done.by_id) == (measure.pk, act, actor.user_id):
        return measure
    if done or measure.revision != seen:
        raise Stale
    today = timezone.localdate(now)
    facts = selectors.facts_of(measure, actor=actor, today=today)
    if refusal := check(facts, act):
        raise ActRefused(refusal.problem)
    row = row_of(measure.kind, act)
    assert row is not None
    if act == Act.RECORD_FINDINGS:
        raise ActRefused("結果は、チェック項目の画面で書いてください。")
    _check_input(row, given, measure=measure, today=today)
    _move(measure, row=row, facts=facts, given=given, actor=actor, now=now, key=key)
    return measure


def _move(
    measure: Measure,
    *,
    row: Row,
    facts: Facts,
    given: Given,
    actor: Actor,
    now: dt.datetime,
    key: uuid.UUID,
) -> None:
    _take(measure, row=row, given=given, actor=actor, now=now)
    if row.target:
        measure.step = row.target
    if measure.step == Step.CLOSED:
        assert row.outcome is not None
        measure.outcome, measure.closed_at = row.outcome, now
    measure.revision += 1
    measure.save()
    if row.act == Act.CONCLUDE:
        measure.findings.update(confirmed_at=now)
    event = _keep_event(measure, row=row, given=given, actor=actor, now=now, key=key)
    if measure.step == Step.REVOKED:
        on_revoked(measure.plan, measure=measure, actor=actor, now=now)
    _record(
        measure,
        "supervision_acted",
        actor=actor,
        now=now,
        from_state=str(facts.step.label),
        to_state=str(measure.get_step_display()),
        legal_basis=row.basis,
        details={"act": row.act.value},
    )
    _tell(measure, row=row, event=event, actor=actor, now=now)


def _take(measure: Measure, *, row: Row, given: Given, actor: Actor, now: dt.datetime) -> None:
    """What an act writes into the measure itself."""
    if Input.DUE_ON in row.needs:
        measure.due_on = given.due_on
    if Input.PLACE in row.needs:
        measure.place = given.place.strip()
    if Input.WAY in row.needs:
        measure.way = given.way
    if row.act == Act.PROPOSE:
        measure.proposed_by_id = actor.user_id
        measure.reasons = given.reason.strip()
    if row.act == Act.APPROVE:
        measure.decided_by_id, measure.decided_at = actor.user_id, now


def _keep_event(
    measure: Measure, *, row: Row, given: Given, actor: Actor, now: dt.datetime, key: uuid.UUID
) -> MeasureEvent:
    letter = row.letter if measure.way != "oral" else None
    fields = fields_of(letter, measure, day=timezone.localdate(now)) if letter else {}
    if letter:
        send(letter, measure, fields=fields, actor=actor, now=now)
    return MeasureEvent.objects.create(
        measure=measure,
        key=key,
        act=row.act,
        at=now,
        by_id=actor.user_id,
        happened_on=given.happened_on,
        text=given.text.strip() or given.reason.strip(),
        is_told=row.is_told,
        told=told_text(row.letter, measure) if row.letter else "",
        due_on=measure.due_on if row.is_told and measure.step != Step.REVOKED else None,
        letter=letter or "",
        letter_fields=fields,
    )


_ASKS: Final[dict[Input, tuple[str, str]]] = {
    Input.TEXT: ("text", "内容を書いてください。"),
    Input.REASON: ("reason", "理由を書いてください。"),
    Input.HAPPENED_ON: ("happened_on", "行った日を入れてください。"),
    Input.DUE_ON: ("due_on", "日付を入れてください。"),
    Input.PLACE: ("place", "場所を書いてください。"),
    Input.WAY: ("way", "方法を選んでください。"),
}


def _check_input(row: Row, given: Given, *, measure: Measure, today: dt.date) -> None:
    for needed in row.needs:
        field, text = _ASKS[needed]
        value = getattr(given, field)
        if not (value.strip() if isinstance(value, str) else value):
            raise InputMissing(field, text)
    if given.happened_on and Input.HAPPENED_ON in row.needs and given.happened_on > today:
        raise InputMissing("happened_on", "行った日が、きょうより後になっています。日付を確かめてください。")
    if given.due_on is None or Input.DUE_ON not in row.needs:
        return
    if problem := due_problem(row.act, given.due_on, kind=measure.kind, today=today):
        raise InputMissing("due_on", problem)


# --- The inspection's rows ---


@transaction.atomic
def record_findings(
    *, measure_id: uuid.UUID, found: Iterable[Found], actor: Actor, now: dt.datetime, seen: int
) -> Measure:
    """Write what was found. Raises `NotFound`, `Stale`, `ActRefused`; `InputMissing` names the row (`row-3`)."""
    measure = _locked(measure_id, actor=actor, seen=seen)
    facts = selectors.facts_of(measure, actor=actor, today=timezone.localdate(now))
    if refusal := check(facts, Act.RECORD_FINDINGS):
        raise ActRefused(refusal.problem)
    rows = {row.number: row for row in measure.findings.all()}
    for one in found:
        row = rows.get(one.number)
        if row is None:
            raise NotFound(NO_SUCH)
        if one.finding and (problem := finding_problem(one.consent, one.finding, unit=row.unit)):
            raise InputMissing(f"row-{row.number}", problem)
        row.consent = one.consent if row.unit else ""
        row.finding, row.note = one.finding, one.note.strip()
    InspectionFinding.objects.bulk_update(rows.values(), ["consent", "finding", "note"])
    measure.revision += 1
    measure.save(update_fields=["revision"])
    _record(measure, "supervision_findings", actor=actor, now=now, details={"rows": len(rows)})
    return measure


@transaction.atomic
def attach_file(
    *,
    measure_id: uuid.UUID,
    label: str,
    checked: Checked,
    stored_name: str,
    actor: Actor,
    now: dt.datetime,
) -> MeasureFile:
    """Add a photo or paper, `checked` and stored before this call. Raises `NotFound`, `ActRefused`, `InputMissing`."""
    measure = _locked(measure_id, actor=actor)
    if not selectors.is_lead(actor, measure.plan):
        raise NotFound(NO_SUCH)
    if measure.step == Step.CLOSED:
        raise ActRefused("終了した措置には、写真や書類を加えられません。")
    if measure.files.filter(sha256=checked.sha256).exists():
        raise InputMissing("file", "同じファイルが、すでにこの措置に付いています。")
    if measure.files.count() >= MOST_FILES:
        raise InputMissing("file", f"1つの措置に付けられるファイルは{MOST_FILES}件までです。")
    kept = MeasureFile.objects.create(
        measure=measure,
        label=label,
        original_name=checked.name,
        stored_name=stored_name,
        content_type=checked.content_type,
        size=checked.size,
        pages=checked.pages,
        sha256=checked.sha256,
        uploaded_by_id=actor.user_id,
        uploaded_at=now,
    )
    _record(measure, "supervision_file_added", actor=actor, now=now, details={"size": checked.size})
    return kept


# --- What follows ---


def on_revoked(plan: Plan, *, measure: Measure, actor: Actor, now: dt.datetime) -> None:
    """What a decided revocation does to the plan, in the transaction of the decision: it leaves the public list."""
    for follow in AFTER_REVOCATION:
        follow(plan, measure=measure, actor=actor, now=now)


def _set_revoked(plan: Plan, *, measure: Measure, actor: Actor, now: dt.datetime) -> None:
    plan.status = Plan.Status.REVOKED
    plan.save(update_fields=["status"])
    record_plan(
        plan,
        action="plan_revoked",
        actor=actor,
        now=now,
        from_state=str(Plan.Status.CERTIFIED.label),
        to_state=str(Plan.Status.REVOKED.label),
        legal_basis=measure.basis,
    )


def _bar_the_parties(plan: Plan, *, measure: Measure, actor: Actor, now: dt.datetime) -> None:
    """From this day the two years of 法42条3号 run."""
    Revocation.objects.create(plan=plan, revoked_on=timezone.localdate(now), basis=measure.basis)


def _make_public(plan: Plan, *, measure: Measure, actor: Actor, now: dt.datetime) -> None:
    """公示 (法56条3項, 共管省令38条)."""
    publish_end(plan, kind=NoticeKind.REVOKED, ended_on=timezone.localdate(now), now=now)


AFTER_REVOCATION: Final = (_set_revoked, _bar_the_parties, _make_public)


def _locked(measure_id: uuid.UUID, *, actor: Actor, seen: int | None = None) -> Measure:
    """The measure with its plan, both held until the end of the transaction. Raises `NotFound`, `Stale`."""
    found = selectors.staff_measures(actor).filter(public_id=measure_id)
    ids = found.values_list("pk", "plan_id").first()
    if ids is None:
        raise NotFound(NO_SUCH)
    Plan.objects.select_for_update().values_list("pk", flat=True).get(pk=ids[1])
    Measure.objects.select_for_update().values_list("pk", flat=True).get(pk=ids[0])
    related = ("plan__municipality__certification_setting", "plan__operator")
    measure = Measure.objects.select_related(*related).get(pk=ids[0])
    if seen is not None and measure.revision != seen:
        raise Stale
    return measure


def record_read(measure: Measure, *, actor: Actor, now: dt.datetime) -> None:
    """Reading a measure is an event of the audit trail."""
    _record(measure, "supervision_viewed", actor=actor, now=now)


def record_file_read(kept: MeasureFile, *, actor: Actor, now: dt.datetime) -> None:
    """So is opening one of its files."""
    _record(
        kept.measure, "supervision_file_opened", actor=actor, now=now, details={"file": str(kept.public_id)}
    )


def _record(
    measure: Measure,
    act: str,
    *,
    actor: Actor,
    now: dt.datetime,
    details: dict[str, Any] | None = None,
    **more: str,
) -> None:
    told = {"measure": str(measure.public_id), "kind": measure.kind, **(details or {})}
    record_plan(measure.plan, action=act, actor=actor, now=now, details=told, **more)


# --- Notices: by number only, the rest stands behind the login ---


def _tell(measure: Measure, *, row: Row, event: MeasureEvent, actor: Actor, now: dt.datetime) -> None:
    plan = measure.plan
    if row.is_told:
        members = plan.operator.members.values_list("user_id", flat=True)
        path = reverse("certification:own_certified", args=[plan.public_id])
        _send(measure, event, members, "監督についてのお知らせがあります", path=path, now=now)
    path = reverse("certification:measure", args=[measure.public_id])
    if row.act == Act.PROPOSE:
        lead = plan.municipality.certification_setting.lead_department_id
        deciders = holders(department_ids=[lead], roles=[Role.DECIDER], day=timezone.localdate(now))
        people = deciders.exclude(pk=actor.user_id).values_list("pk", flat=True)
        _send(measure, event, people, f"決裁する{measure.get_kind_display()}があります", path=path, now=now)
    if row.act in (Act.APPROVE, Act.SEND_BACK) and measure.proposed_by_id:
        what = "決裁されました" if row.act == Act.APPROVE else "戻されました"
        subject = f"{measure.get_kind_display()}の起案が{what}"
        _send(measure, event, [measure.proposed_by_id], subject, path=path, now=now)


def _send(
    measure: Measure, event: MeasureEvent, people: Iterable[int], subject: str, *, path: str, now: dt.datetime
) -> None:
    number = measure.plan.certified_number
    for user_id in people:
        notify(
            recipient_id=user_id,
            key=f"supervision:{event.key}:{user_id}",
            subject=f"{subject}({number})",
            body=f"{number}: {subject}。内容は、ログインして確かめてください。",
            path=path,
            municipality_id=measure.plan.municipality_id,
            now=now,
        )
