"""届出・報告: writing and filing them, receiving or handing them back, and what follows from a received one.

Nothing is decided here: an office receives what has the form it needs (行政手続法37条). All writing goes by one row lock and the
`revision` the person saw. A service raises `NotFound` for what is not the actor's, `Stale`, `ActRefused`, `InputMissing`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import Role
from accounts.outbox import notify
from accounts.rules.actor import Actor
from accounts.selectors import holders
from certification.models import (
    Application,
    CertificationSetting,
    Notification,
    NotificationFiling,
    Plan,
    PublicNotice,
    RegisterEntry,
    ReportChase,
)
from certification.rules.notifications import (
    MOVES,
    RULES,
    ChaseWay,
    NoticeKind,
    NotificationAct,
    NotificationKind,
    NotificationStatus,
    notification_gaps,
    reported_year,
    statement_of,
)
from certification.rules.plan import to_content
from certification.rules.workflow import Who
from certification.selectors.access import (
    applicant_notifications,
    lead_plans,
    plans_to_write,
    staff_notifications,
)
from certification.selectors.facts import classified_changes
from certification.services import numbers, register
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale

NO_SUCH: Final = "この届出は見つかりません。"
ENDED: Final = "この計画は、もう認定中ではありません。届出・報告はできません。"


def subject_of(notification: Notification) -> audit.Subject:
    """How the trail names it: by its number or kind, never by what it says."""
    label = notification.receipt_number or f"{notification.get_kind_display()} {notification.pk}"
    return audit.Subject("certification.notification", str(notification.public_id), label)


def record_read(notification: Notification, *, actor: Actor, now: dt.datetime) -> None:
    """Reading a notification is an event of the trail."""
    _record(notification, "notification_viewed", actor=actor, now=now)


# --- The operator ---


@transaction.atomic
def begin(
    *, plan_id: uuid.UUID, kind: NotificationKind, actor: Actor, now: dt.datetime, key: uuid.UUID
) -> Notification:
    """A draft about one's own certified plan. A second click with the same `key` finds the first one's."""
    plan = _locked_plan(plans_to_write(actor), plan_id)
    if known := Notification.objects.filter(public_id=key).first():
        if (known.plan_id, known.kind, known.created_by_id) != (plan.pk, kind, actor.user_id):
            raise Stale
        return known
    _refuse_second(plan, kind, actor=actor)
    notification = Notification.objects.create(
        public_id=key,
        municipality=plan.municipality,
        plan=plan,
        kind=kind,
        created_by_id=actor.user_id,
        created_at=now,
    )
    _record(notification, "notification_begun", actor=actor, now=now)
    return notification


def _refuse_second(plan: Plan, kind: NotificationKind, *, actor: Actor) -> None:
    """One draft or filed one of a kind at a time: a second 廃止届 would only confuse. Another's 心身故障 is not told of."""
    if plan.status != Plan.Status.CERTIFIED:
        raise ActRefused(ENDED)
    going = (NotificationStatus.DRAFT, NotificationStatus.FILED, NotificationStatus.RETURNED)
    running = applicant_notifications(actor).filter(plan=plan, kind=kind, status__in=going)
    if running.exists():
        raise ActRefused(f"{kind.label}は、もう一つ書きかけか届出済のものがあります。それを開いてください。")


@transaction.atomic
def write(
    *,
    notification_id: uuid.UUID,
    content: Mapping[str, Any],
    files: bool,
    actor: Actor,
    now: dt.datetime,
    seen: int,
) -> Notification:
    """Save what was written; with `files`, file it too. A half-written one may be saved, not filed."""
    act = NotificationAct.FILE if files else NotificationAct.SAVE
    notification = _locked_own(notification_id, actor=actor, act=act, seen=seen)
    if notification.kind == NotificationKind.LESSER_CHANGE:
        raise ActRefused("軽微変更届は、計画の下書きから届け出ます。「書き直す」を押してください。")
    if notification.plan.status != Plan.Status.CERTIFIED:
        raise ActRefused(ENDED)
    notification.statement = _normal(notification.kind, content)
    notification.created_by_id = notification.created_by_id or actor.user_id
    if not files:
        _save(notification)
    else:
        _file(notification, actor=actor, now=now)
        _record(notification, "notification_filed", actor=actor, now=now, basis=True)
        _tell_desk(notification, now=now)
    return notification


@transaction.atomic
def withdraw(*, notification_id: uuid.UUID, actor: Actor, now: dt.datetime, seen: int) -> Notification:
    """Take a notification back before it is received."""
    notification = _locked_own(notification_id, actor=actor, act=NotificationAct.WITHDRAW, seen=seen)
    notification.status = NotificationStatus.WITHDRAWN
    _save(notification)
    _record(notification, "notification_withdrawn", actor=actor, now=now)
    return notification


def file_lesser_change(application: Application, *, actor: Actor, now: dt.datetime) -> Notification:
    """The frozen draft of a change as a notification, filed. Called inside the act of the state table."""
    notification = Notification.objects.select_for_update().filter(application=application).first()
    notification = notification or Notification(
        municipality=application.municipality,
        plan=application.plan,
        kind=NotificationKind.LESSER_CHANGE,
        application=application,
        created_by_id=actor.user_id,
        created_at=now,
    )
    version = application.current_version
    notification.version = version
    notification.statement = dict(version.statement)
    changes = [
        {
            "label": one.change.label,
            "before": one.change.before,
            "after": one.change.after,
            "kind": one.kind.value,
            "kind_label": str(one.kind.label),
            "ground": one.ground,
        }
        for one in classified_changes(application)
    ]
    _file(notification, actor=actor, now=now, changes=changes)
    _record(notification, "notification_filed", actor=actor, now=now, basis=True)
    _tell_desk(notification, now=now)
    return notification


# --- The office ---


@transaction.atomic
def file_on_paper(
    *,
    plan_id: uuid.UUID,
    kind: NotificationKind,
    content: Mapping[str, Any],
    actor: Actor,
    now: dt.datetime,
    key: uuid.UUID,
) -> Notification:
    """What came on paper, entered by the desk for the operator. A report goes into the row of the year reported now."""
    plan = _locked_plan(lead_plans(actor, Role.DESK), plan_id)
    if known := Notification.objects.filter(public_id=key).first():
        if (known.plan_id, known.kind, known.filed_by_id) != (plan.pk, kind, actor.user_id):
            raise Stale
        return known
    if kind == NotificationKind.LESSER_CHANGE:
        raise ActRefused(
            "軽微変更届は、計画の版といっしょに届け出ます。事業者に画面から届け出てもらってください。"
        )
    if plan.status != Plan.Status.CERTIFIED:
        raise ActRefused(ENDED)
    notification = _for_paper(plan, kind, actor=actor, now=now, key=key)
    notification.statement = _normal(kind, content)
    notification.is_on_paper = True
    _file(notification, actor=actor, now=now)
    _record(notification, "notification_entered", actor=actor, now=now, basis=True)
    return notification


def _for_paper(
    plan: Plan, kind: NotificationKind, *, actor: Actor, now: dt.datetime, key: uuid.UUID
) -> Notification:
    if kind != NotificationKind.ANNUAL_REPORT:
        return Notification(
            public_id=key,
            municipality=plan.municipality,
            plan=plan,
            kind=kind,
            created_by_id=actor.user_id,
            created_at=now,
        )
    year = reported_year(timezone.localdate(now))
    report = Notification.objects.select_for_update().filter(plan=plan, kind=kind, fiscal_year=year).first()
    if report is None:
        raise InputMissing("__all__", "この計画には、いま報告する年度がありません。")
    if report.status not in (NotificationStatus.DRAFT, NotificationStatus.RETURNED):
        raise ActRefused("この年度の定期報告は、もう届いています。")
    return report


@transaction.atomic
def receive(*, notification_id: uuid.UUID, actor: Actor, now: dt.datetime, seen: int) -> Notification:
    """Receive it: a number, and what follows. A change stands from now; an abolition ends the plan on its day."""
    notification = _locked_desk(notification_id, actor=actor, act=NotificationAct.RECEIVE, seen=seen)
    today = timezone.localdate(now)
    notification.status = NotificationStatus.RECEIVED
    notification.received_at, notification.received_by_id = now, actor.user_id
    notification.receipt_number = numbers.notification_number(
        notification.municipality, day=today, kind=notification.kind
    )
    _save(notification)
    if notification.kind == NotificationKind.LESSER_CHANGE:
        _let_stand(notification, now=now)
    if notification.kind == NotificationKind.ABOLITION:
        _abolish_when_due(notification, actor=actor, now=now)
    _record(notification, "notification_received", actor=actor, now=now, basis=True)
    _tell_operator(notification, subject="届出・報告が受理されました", now=now)
    return notification


@transaction.atomic
def hand_back(
    *,
    notification_id: uuid.UUID,
    reason: str,
    needs_certification: bool,
    actor: Actor,
    now: dt.datetime,
    seen: int,
) -> Notification:
    """Hand it back for its form, with the reason; or because the change needs a certification after all."""
    notification = _locked_desk(notification_id, actor=actor, act=NotificationAct.RETURN, seen=seen)
    if not reason.strip():
        raise InputMissing("reason", "返戻の理由を書いてください。何をどう直すかが分かるように書きます。")
    if needs_certification and notification.kind != NotificationKind.LESSER_CHANGE:
        raise InputMissing("needs_certification", "「変更認定が要る」は、軽微変更届のときだけ選べます。")
    notification.status = NotificationStatus.RETURNED
    notification.return_reason = reason.strip()
    notification.needs_certification = needs_certification
    _save(notification)
    details = {"needs_certification": needs_certification}
    _record(notification, "notification_returned", actor=actor, now=now, details=details)
    _tell_operator(notification, subject="届出・報告が返戻されました", now=now)
    return notification


@transaction.atomic
def chase(
    *, notification_id: uuid.UUID, on: dt.date, way: ChaseWay, actor: Actor, now: dt.datetime
) -> ReportChase:
    """Put on record that an operator was reminded of a report."""
    report = _board(actor).select_for_update(of=("self",)).filter(public_id=notification_id).first()
    if report is None:
        raise NotFound(NO_SUCH)
    if on > timezone.localdate(now):
        raise InputMissing("on", "催促した日が、きょうより後です。日付を確かめてください。")
    if report.status not in (NotificationStatus.DRAFT, NotificationStatus.RETURNED):
        raise ActRefused("この報告は、もう届いています。催促は要りません。")
    known = ReportChase.objects.filter(notification=report, on=on, way=way, by=actor.user_id).first()
    if known:
        return known
    row = ReportChase.objects.create(
        notification=report, on=on, way=way, by_id=actor.user_id, recorded_at=now
    )
    _record(report, "report_chased", actor=actor, now=now, details={"way": way.value, "on": on.isoformat()})
    return row


def _board(actor: Actor) -> Any:
    plans = lead_plans(actor, Role.DESK)
    return Notification.objects.filter(plan__in=plans, kind=NotificationKind.ANNUAL_REPORT)


# --- What follows ---


def _let_stand(notification: Notification, *, now: dt.datetime) -> None:
    """From now on the notified version is the certified one."""
    application, version = notification.application, notification.version
    assert application is not None
    assert version is not None
    entry = RegisterEntry.objects.filter(plan=notification.plan).first()
    if entry is None or entry.version_id != application.base_version_id:
        raise ActRefused(
            "届出のもとになった計画が、その後に変わっています。返戻して、いまの計画から書き直してもらってください。"
        )
    register.enter(notification.plan, version=version, now=now)


def _abolish_when_due(notification: Notification, *, actor: Actor | None, now: dt.datetime) -> bool:
    """End the plan if its day has come (法44条3項, 共管省令23条). The end is made public in the same transaction."""
    if notification.effective_on is None or notification.effective_on > timezone.localdate(now):
        return False
    plan = notification.plan
    if plan.status != Plan.Status.CERTIFIED:
        return False
    publish_end(plan, kind=NoticeKind.ABOLISHED, ended_on=notification.effective_on, now=now)
    before, plan.status = str(plan.get_status_display()), Plan.Status.ABOLISHED
    plan.save(update_fields=["status"])
    audit.record(
        action="certification.plan_abolished",
        subject=audit.Subject("certification.plan", str(plan.public_id), plan.certified_number),
        actor=actor,
        now=now,
        municipality_code=plan.municipality.code,
        from_state=before,
        to_state=str(plan.get_status_display()),
        legal_basis="法44条3項、共管省令23条",
    )
    return True


def publish_end(plan: Plan, *, kind: NoticeKind, ended_on: dt.date, now: dt.datetime) -> PublicNotice:
    """公示: number, day, and each party's name, address and representative, as certified."""
    entry = RegisterEntry.objects.select_related("version").get(plan=plan)
    return PublicNotice.objects.create(
        municipality=plan.municipality,
        plan=plan,
        kind=kind,
        certified_number=plan.certified_number,
        parties=[
            {"name": party.name, "address": party.address, "representative": party.representative_name}
            for party in entry.version.value.parties
        ],
        ended_on=ended_on,
        published_at=now,
    )


def carry_out_abolitions(*, now: dt.datetime) -> int:
    """End the plans whose received 廃止届 speaks of today or before. Called by the worker, as often as it likes."""
    due = Notification.objects.filter(
        kind=NotificationKind.ABOLITION,
        status=NotificationStatus.RECEIVED,
        effective_on__lte=timezone.localdate(now),
        plan__status=Plan.Status.CERTIFIED,
    )
    return sum(_carry_out(pk, now=now) for pk in list(due.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _carry_out(pk: int, *, now: dt.datetime) -> bool:
    plan_id = Notification.objects.values_list("plan", flat=True).get(pk=pk)
    Plan.objects.select_for_update().get(pk=plan_id)
    notification = Notification.objects.select_related("plan__municipality").get(pk=pk)
    return _abolish_when_due(notification, actor=None, now=now)


# --- Steps ---


def _normal(kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    return dict(to_content(statement_of(kind, content)))


def _locked_plan(plans: Any, plan_id: uuid.UUID) -> Plan:
    if not plans.filter(public_id=plan_id).exclude(status=Plan.Status.NOT_CERTIFIED).exists():
        raise NotFound("認定を受けた計画が見つかりません。")
    pk = Plan.objects.select_for_update().values_list("pk", flat=True).get(public_id=plan_id)
    return Plan.objects.select_related("municipality", "operator").get(pk=pk)


def _locked_own(notification_id: uuid.UUID, *, actor: Actor, act: NotificationAct, seen: int) -> Notification:
    mine = applicant_notifications(actor).filter(plan__in=plans_to_write(actor))
    return _locked(mine, notification_id, act=act, seen=seen)


def _locked_desk(
    notification_id: uuid.UUID, *, actor: Actor, act: NotificationAct, seen: int
) -> Notification:
    mine = staff_notifications(actor).filter(plan__in=lead_plans(actor, Role.DESK))
    return _locked(mine, notification_id, act=act, seen=seen)


def _locked(visible: Any, notification_id: uuid.UUID, *, act: NotificationAct, seen: int) -> Notification:
    """The row, held, with its plan held first: begin, receive and the worker all take them in this order."""
    found = visible.filter(public_id=notification_id).values_list("pk", "plan").first()
    if found is None:
        raise NotFound(NO_SUCH)
    Plan.objects.select_for_update().get(pk=found[1])
    Notification.objects.select_for_update().get(pk=found[0])
    notification = Notification.objects.select_related(
        "plan__municipality", "plan__operator", "municipality", "application", "version"
    ).get(pk=found[0])
    if notification.revision != seen:
        raise Stale
    sources, _, _ = MOVES[act]
    if notification.status not in sources or (
        act == NotificationAct.WITHDRAW and notification.kind == NotificationKind.ANNUAL_REPORT
    ):
        raise ActRefused(
            f"この{notification.get_kind_display()}は今「{notification.get_status_display()}」です。「{act.label}」はできません。"
        )
    return notification


def _save(notification: Notification) -> None:
    notification.revision += 1
    notification.save()


def _file(
    notification: Notification, *, actor: Actor, now: dt.datetime, changes: list[dict[str, str]] | None = None
) -> None:
    """Check that it is whole, file it, and keep what was filed. Raises `InputMissing`."""
    today = timezone.localdate(now)
    entry = RegisterEntry.objects.select_related("version").get(plan=notification.plan)
    found = notification_gaps(notification.kind, notification.statement, entry.version.value, today=today)
    if found:
        raise InputMissing(found[0].field, found[0].text)
    statement = statement_of(notification.kind, notification.statement)
    notification.status = NotificationStatus.FILED
    notification.filed_at, notification.filed_by_id = now, actor.user_id
    notification.effective_on = getattr(statement, "ends_on", None) or getattr(statement, "planned_on", None)
    notification.return_reason, notification.needs_certification = "", False
    _save(notification)
    NotificationFiling.objects.create(
        notification=notification,
        number=notification.filings.count() + 1,
        statement=notification.statement,
        changes=changes or [],
        version=notification.version,
        is_on_paper=notification.is_on_paper,
        filed_at=now,
        filed_by_id=actor.user_id,
    )


def _record(
    notification: Notification,
    act: str,
    *,
    actor: Actor,
    now: dt.datetime,
    details: Mapping[str, Any] | None = None,
    basis: bool = False,
) -> None:
    kind = NotificationKind(notification.kind)
    audit.record(
        action=f"certification.{act}",
        subject=subject_of(notification),
        actor=actor,
        now=now,
        municipality_code=notification.municipality.code,
        to_state=str(notification.get_status_display()),
        legal_basis=RULES[kind].basis if basis else "",
        details={"plan": notification.plan.certified_number, "kind": kind.value, **(details or {})},
        actor_role=None if actor.posts else str(Who.APPLICANT.label),
        actor_organisation=None if actor.posts else notification.plan.operator.name,
    )


def _tell_desk(notification: Notification, *, now: dt.datetime) -> None:
    """Those who receive it. The notice names the plan by its number only; not even the kind, which may be sensitive."""
    setting = CertificationSetting.objects.get(municipality=notification.municipality_id)
    people = holders(
        department_ids=[setting.lead_department_id], roles=[Role.DESK], day=timezone.localdate(now)
    )
    path = reverse("certification:notification", args=[notification.public_id])
    _send(notification, people.values_list("pk", flat=True), "届出・報告が届きました", path=path, now=now)


def _tell_operator(notification: Notification, *, subject: str, now: dt.datetime) -> None:
    people = notification.plan.operator.members.values_list("user_id", flat=True)
    if notification.kind == NotificationKind.INCAPACITY:
        people = people.filter(user=notification.created_by_id)
    path = reverse("certification:own_notification", args=[notification.public_id])
    _send(notification, people, subject, path=path, now=now)


def _send(notification: Notification, people: Any, subject: str, *, path: str, now: dt.datetime) -> None:
    number = notification.plan.certified_number
    for user_id in people:
        notify(
            recipient_id=user_id,
            key=f"{notification.public_id}:{notification.status}:{notification.revision}:{user_id}",
            subject=f"{subject}(認定番号 {number})",
            body=f"認定番号 {number}: {subject}。内容は、ログインして確かめてください。",
            path=path,
            municipality_id=notification.municipality_id,
            now=now,
        )
