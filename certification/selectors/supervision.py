"""監督: who may see what of it, plans by how soon they should be looked at, and one plan with its tips and measures.

The informant of a tip is read by `tip_to_read` alone, and for the lead department only.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import Role
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import (
    Application,
    CertificationSetting,
    Measure,
    MeasureEvent,
    MeasureFile,
    Notification,
    Plan,
    Tip,
)
from certification.rules.notifications import NotificationKind, report_due_on
from certification.rules.plan import Plan as PlanContent
from certification.rules.supervision import (
    DUE_STEPS,
    OTHER_LAWS,
    POINTS,
    Facts,
    Ground,
    MeasureKind,
    Offer,
    Outcome,
    Reason,
    Risk,
    Step,
    available,
    is_overdue,
    reasons_of,
)
from certification.rules.workflow import Who
from certification.selectors.access import CASE_ROLES, applicant_plans, staff_plans
from japan.folding import fold

SHOWN: Final = 100
"""Plans of one page of the list: the heaviest come first, and nobody looks at a hundred in a day."""


# --- Access ---


def staff_measures(actor: Actor) -> QuerySet[Measure]:
    """Measures about the plans the actor may open."""
    return Measure.objects.filter(plan__in=staff_plans(actor))


def staff_tips(actor: Actor) -> QuerySet[Tip]:
    """Tips of the actor's municipality: those about a plan with the plan, those about none for all who open cases."""
    if not actor.departments(*CASE_ROLES):
        return Tip.objects.none()
    visible = Q(plan__isnull=True) | Q(plan__in=staff_plans(actor))
    return Tip.objects.filter(visible, municipality_id=actor.home_id).defer("informant")


def _lead_id(actor: Actor) -> int | None:
    setting = CertificationSetting.objects.filter(municipality_id=actor.home_id)
    return setting.values_list("lead_department_id", flat=True).first()


def may_write(actor: Actor) -> bool:
    """Whether the actor serves at the desk of the lead department."""
    lead = _lead_id(actor)
    return lead is not None and actor.has(Role.DESK, lead)


def knows_informants(actor: Actor) -> bool:
    """The desk and the deciders of the lead department; the others handle the matter without the name."""
    lead = _lead_id(actor)
    return lead is not None and (actor.has(Role.DESK, lead) or actor.has(Role.DECIDER, lead))


def is_lead(actor: Actor, plan: Plan) -> bool:
    return Who.LEAD_DESK in standing_of(actor, plan)


def standing_of(actor: Actor, plan: Plan) -> frozenset[Who]:
    """In which standings the actor meets the supervision of a plan. `plan` has its municipality's setting."""
    if plan.municipality_id != actor.municipality_id:
        return frozenset()
    lead = plan.municipality.certification_setting.lead_department_id
    held = {Who.LEAD_DESK: Role.DESK, Who.DECIDER: Role.DECIDER}
    return frozenset(who for who, role in held.items() if actor.has(role, lead))


def plan_to_supervise(actor: Actor, plan_id: uuid.UUID) -> Plan:
    """Raises `NotVisible`."""
    related = ("municipality__certification_setting", "operator", "register_entry__version")
    found = staff_plans(actor).select_related(*related).filter(public_id=plan_id).first()
    if found is None:
        raise NotVisible
    return found


def plan_by_number(actor: Actor, number: str) -> Plan | None:
    return staff_plans(actor).filter(certified_number=number).first()


# --- The list ---


@dataclass(frozen=True, kw_only=True)
class SupervisedRow:
    """One plan of the list, with what speaks for looking at it."""

    plan: Plan
    content: PlanContent
    reasons: tuple[Reason, ...]
    next_due: dt.date | None


@dataclass(frozen=True, kw_only=True)
class SupervisedPage:
    """Overdue first, then by points. `unpublished` are revocations whose 公示 is not on record. `more`: not all shown."""

    rows: tuple[SupervisedRow, ...]
    loose_tips: tuple[Tip, ...]
    unpublished: tuple[Measure, ...]
    more: bool


def plans_without_report(plans: QuerySet[Plan], *, today: dt.date) -> Collection[int]:
    """Ids of the plans whose yearly report (法49条) is late."""
    newest = today.year - 1 if report_due_on(today.year - 1) < today else today.year - 2
    late = Notification.objects.filter(
        plan__in=plans,
        kind=NotificationKind.ANNUAL_REPORT,
        fiscal_year__lte=newest,
        filed_at__isnull=True,
    )
    return set(late.values_list("plan", flat=True))


def supervised_page(
    actor: Actor, *, today: dt.date, words: str = "", risk: str = "", everything: bool = False
) -> SupervisedPage:
    """Certified plans by points. Without `everything` those without any reason are left out."""
    plans = staff_plans(actor).filter(status=Plan.Status.CERTIFIED)
    for word in words.split():
        about = Application.objects.filter(plan=OuterRef("pk"), search_text__contains=fold(word))
        plans = plans.filter(Q(Exists(about)) | Q(certified_number__icontains=word))
    counted = _counted(plans, today=today)
    if risk in Risk.values:
        counted = counted.filter(**{f"risk_{risk}__gt": 0})
    elif not everything:
        counted = counted.filter(score__gt=0)
    found = list(
        counted.select_related("register_entry__version").order_by(
            F("risk_overdue").desc(), F("score").desc(), "-pk"
        )[: SHOWN + 1]
    )
    loose = staff_tips(actor).filter(plan__isnull=True, closed_on__isnull=True)
    revoked = staff_measures(actor).filter(step=Step.REVOKED).select_related("plan")
    return SupervisedPage(
        rows=tuple(_row(plan) for plan in found[:SHOWN]),
        loose_tips=tuple(loose[:SHOWN]),
        unpublished=tuple(revoked[:SHOWN]),
        more=len(found) > SHOWN,
    )


def _row(plan: Any) -> SupervisedRow:
    counts = {risk: getattr(plan, f"risk_{risk.value}") for risk in Risk}
    return SupervisedRow(
        plan=plan,
        content=plan.register_entry.version.value,
        reasons=reasons_of(counts),
        next_due=plan.next_due,
    )


def _counted(plans: QuerySet[Plan], *, today: dt.date) -> Any:
    measures = Measure.objects.filter(plan=OuterRef("pk"), closed_at__isnull=True)
    running = measures.filter(step__in=DUE_STEPS, due_on__isnull=False)
    tips = Tip.objects.filter(plan=OuterRef("pk"), closed_on__isnull=True)
    late = plans_without_report(plans, today=today)
    counted = plans.annotate(
        risk_overdue=_count(running.filter(due_on__lt=today), "plan"),
        risk_ordered=_count(measures.filter(step=Step.ORDERED), "plan"),
        risk_other_law=_count(tips.filter(kind__in=OTHER_LAWS), "plan"),
        risk_tip=_count(tips.exclude(kind__in=OTHER_LAWS), "plan"),
        risk_no_report=Case(When(pk__in=late, then=Value(1)), default=Value(0), output_field=IntegerField()),
        next_due=Subquery(running.order_by("due_on").values("due_on")[:1]),
    )
    total = sum((F(f"risk_{risk.value}") * points for risk, points in POINTS.items()), Value(0))
    return counted.annotate(score=total)


def _count(rows: Any, by: str) -> Any:
    """How many of the rows hang on the plan; ordering is left out so that they are grouped."""
    counted = rows.order_by().values(by).annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


# --- One plan ---


@dataclass(frozen=True, kw_only=True)
class Supervision:
    """One plan with its tips, its measures (overdue first) and what happened."""

    plan: Plan
    tips: tuple[Tip, ...]
    measures: tuple[Measure, ...]
    events: tuple[MeasureEvent, ...]
    reasons: tuple[Reason, ...]
    standing: frozenset[Who]

    @property
    def is_certified(self) -> bool:
        return self.plan.status == Plan.Status.CERTIFIED

    @property
    def content(self) -> PlanContent:
        return self.plan.register_entry.version.value


EVENTS_SHOWN: Final = 100


def supervision_of(actor: Actor, plan_id: uuid.UUID, *, today: dt.date) -> Supervision:
    """Raises `NotVisible`. A fixed number of queries."""
    plan = plan_to_supervise(actor, plan_id)
    counted = _counted(Plan.objects.filter(pk=plan.pk), today=today).get()
    measures = list(plan.measures.select_related("drafted_by"))
    events = MeasureEvent.objects.filter(measure__plan=plan).select_related("measure", "by")
    return Supervision(
        plan=plan,
        tips=tuple(staff_tips(actor).filter(plan=plan).order_by(F("closed_on").asc(nulls_first=True), "-pk")),
        measures=tuple(_overdue_first(measures, today=today)),
        events=tuple(events[:EVENTS_SHOWN]),
        reasons=reasons_of({risk: getattr(counted, f"risk_{risk.value}") for risk in Risk}),
        standing=standing_of(actor, plan),
    )


def _overdue_first(measures: Iterable[Measure], *, today: dt.date) -> list[Measure]:
    def place(measure: Measure) -> tuple[bool, bool, dt.date, int]:
        late = is_overdue(measure.step, measure.due_on, today=today)
        running = measure.due_on if measure.step in DUE_STEPS else None
        return (measure.closed_at is not None, not late, running or dt.date.max, -measure.pk)

    return sorted(measures, key=place)


# --- One measure ---


@dataclass(frozen=True, kw_only=True)
class MeasurePage:
    """One measure with everything its page shows."""

    measure: Measure
    events: tuple[MeasureEvent, ...]
    findings: tuple[Any, ...]
    files: tuple[MeasureFile, ...]
    offers: tuple[Offer, ...]
    may_write: bool


def measure_page(actor: Actor, measure_id: uuid.UUID, *, today: dt.date) -> MeasurePage:
    """Raises `NotVisible`."""
    related = (
        *("plan__municipality__certification_setting", "plan__register_entry__version", "plan__operator"),
        *("drafted_by", "proposed_by", "decided_by", "tip"),
    )
    found = staff_measures(actor).select_related(*related).defer("tip__informant")
    measure = found.filter(public_id=measure_id).first()
    if measure is None:
        raise NotVisible
    return MeasurePage(
        measure=measure,
        events=tuple(measure.events.select_related("by")),
        findings=tuple(measure.findings.all()),
        files=tuple(measure.files.select_related("uploaded_by")),
        offers=available(facts_of(measure, actor=actor, today=today)),
        may_write=is_lead(actor, measure.plan),
    )


def facts_of(measure: Measure, *, actor: Actor, today: dt.date) -> Facts:
    """What the table judges by. `measure` has its plan with municipality and setting."""
    rests_on_order = Ground.DISOBEYED in measure.grounds
    allowed = BOUND_TO_GROUNDS.get(MeasureKind(measure.kind), False)
    return Facts(
        kind=MeasureKind(measure.kind),
        step=Step(measure.step),
        standing=standing_of(actor, measure.plan),
        is_certified=measure.plan.status == Plan.Status.CERTIFIED,
        is_overdue=is_overdue(measure.step, measure.due_on, today=today),
        day_reached=measure.due_on is None or measure.due_on <= today,
        has_grounds=bool(measure.grounds) or not allowed,
        lacks_disobeyed_order=rests_on_order and not _disobeyed(measure),
        inspectors=len(measure.inspectors),
        without_card=tuple(one["name"] for one in measure.inspectors if not one["card"]),
        findings_open=measure.findings.filter(finding="").count(),
        actor_drafted=actor.user_id in (measure.drafted_by_id, measure.proposed_by_id),
    )


BOUND_TO_GROUNDS: Final = {MeasureKind.ORDER: True, MeasureKind.REVOCATION: True}
"""Which measures rest on grounds the Act lists."""


def _disobeyed(measure: Measure) -> bool:
    orders = Measure.objects.filter(plan=measure.plan_id, kind=MeasureKind.ORDER)
    return orders.filter(outcome=Outcome.UNMET).exists()


def file_to_open(actor: Actor, file_id: uuid.UUID) -> MeasureFile:
    """Raises `NotVisible`."""
    found = MeasureFile.objects.filter(measure__in=staff_measures(actor), public_id=file_id)
    kept = found.select_related("measure__plan__municipality", "measure__plan__operator").first()
    if kept is None:
        raise NotVisible
    return kept


# --- Tips ---


@dataclass(frozen=True, kw_only=True)
class TipPage:
    """One tip; `informant` is None for people who are not told."""

    tip: Tip
    informant: str | None
    may_write: bool


def tip_to_read(actor: Actor, tip_id: uuid.UUID) -> TipPage:
    """Raises `NotVisible`."""
    tip = staff_tips(actor).select_related("plan", "received_by").filter(public_id=tip_id).first()
    if tip is None:
        raise NotVisible
    return TipPage(
        tip=tip, informant=tip.informant if knows_informants(actor) else None, may_write=may_write(actor)
    )


def open_tips_of(actor: Actor, plan: Plan) -> list[Tip]:
    """What a measure may have come from."""
    return list(staff_tips(actor).filter(plan=plan))


# --- For other offices, and for the operator ---


def orders_asked(plan: Plan) -> list[Tip]:
    """What fire and building offices have told of this plan, for the sheet they get: kind and day only."""
    told = Tip.objects.filter(plan=plan, kind__in=OTHER_LAWS)
    return list(told.only("pk", "kind", "received_on", "closed_on", "plan"))


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the operator was sent."""

    kind: str
    at: dt.datetime
    text: str
    due_on: dt.date | None


def told_to_operator(actor: Actor, plan: Plan) -> tuple[Told, ...]:
    """What was sent about one's own plan, newest first, and nothing else of supervision. A date of an ended measure is gone."""
    own = MeasureEvent.objects.filter(
        measure__plan__in=applicant_plans(actor), measure__plan=plan, is_told=True
    )
    columns = ("measure", "measure__kind", "act", "at", "told", "due_on", "measure__step")
    told, seen = [], set()
    for measure, kind, act, at, text, due_on, step in own.order_by("-pk").values_list(*columns):
        # Only the last date of a measure runs, and only while somebody waits for it.
        runs = measure not in seen and step in DUE_STEPS
        seen.add(measure)
        told.append(Told(kind=_told_kind(kind, act), at=at, text=text, due_on=due_on if runs else None))
    return tuple(told)


def _told_kind(kind: str, act: str) -> str:
    words = {"give_chance": "弁明の機会のお知らせ", "call_hearing": "聴聞のお知らせ"}
    told = {
        MeasureKind.REPORT: "報告のお願い(報告徴収)",
        MeasureKind.INSPECTION: "立入検査のお知らせ",
        MeasureKind.GUIDANCE: "改善のお願い",
        MeasureKind.ORDER: "改善命令",
        MeasureKind.REVOCATION: "認定の取消し",
    }
    return words.get(act) or told[MeasureKind(kind)]
