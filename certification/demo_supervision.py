"""Invented 監督: tips, a finished inspection, an order that is running and a report that is late, by the real services."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.selectors import actor_of
from certification.demo import Office
from certification.models import Measure, Plan
from certification.rules.supervision import Act, Consent, Finding, Ground, MeasureKind, TipKind, TipWay
from certification.selectors.access import staff_plans
from certification.services.supervision import (
    Found,
    Given,
    MeasureContent,
    perform,
    record_findings,
    start_measure,
)
from certification.services.tips import TipContent, record_tip

DAY = dt.timedelta(days=1)
INSPECTORS = (
    {"post": "福祉総務課 主任", "name": "見本 花子", "card": "第1号"},
    {"post": "都市計画課 主事", "name": "仮名 次郎", "card": "第2号"},
)


def begin(office: Office, plan: Plan, kind: MeasureKind, *, at: dt.datetime, **content: Any) -> Measure:
    """The draft of a measure by the desk."""
    values = {
        "demand": "安否確認の記録を帳簿に記載すること。",
        "facts": "帳簿に安否確認の記録がありませんでした。",
    }
    return start_measure(
        plan_id=plan.public_id,
        kind=kind,
        content=MeasureContent(**(values | content)),
        key=uuid.uuid4(),
        actor=actor_of(office.desk, day=timezone.localdate(at)),
        now=at,
    )


def act(measure: Measure, what: Act, user: User, *, at: dt.datetime, **given: Any) -> Measure:
    """One act of its table."""
    measure.refresh_from_db()
    return perform(
        measure_id=measure.public_id,
        act=what,
        given=Given(**given),
        actor=actor_of(user, day=timezone.localdate(at)),
        now=at,
        seen=measure.revision,
        key=uuid.uuid4(),
    )


def carried_out(office: Office, plan: Plan, *, at: dt.datetime) -> Measure:
    """An inspection that took place a week after its notice."""
    desk, day = office.desk, timezone.localdate(at)
    measure = begin(
        office,
        plan,
        MeasureKind.INSPECTION,
        at=at,
        demand="帳簿と安否確認の設備",
        facts="見守りがないとの申出があったため。",
        inspectors=INSPECTORS,
        units=("101", "102"),
    )
    act(measure, Act.NOTIFY, desk, at=at, due_on=day + 7 * DAY, place="住宅の管理室")
    then = at + 7 * DAY
    on = timezone.localdate(then)
    return act(
        measure, Act.CARRY_OUT, desk, at=then, happened_on=on, text="身分証を示し、管理人の立会いで行った。"
    )


def inspected(office: Office, plan: Plan, *, at: dt.datetime) -> Measure:
    """An inspection from the draft to its end. One dwelling was not entered: nobody let the office in."""
    desk, then = office.desk, at + 7 * DAY
    on = timezone.localdate(then)
    measure = carried_out(office, plan, at=at)
    rows = list(measure.findings.all())
    record_findings(
        measure_id=measure.public_id,
        found=[
            Found(
                number=row.number,
                consent={"101": Consent.GIVEN, "102": Consent.ABSENT}.get(row.unit, ""),
                finding=Finding.UNSEEN
                if row.unit == "102"
                else Finding.UNFIT
                if row.basis == "法48条"
                else Finding.FIT,
                note="9月の記録がない。" if row.basis == "法48条" else "",
            )
            for row in rows
        ],
        actor=actor_of(desk, day=on),
        now=then,
        seen=measure.revision,
    )
    act(measure, Act.CONCLUDE, desk, at=then, text="帳簿の記載に不備がある。改善命令を検討する。")
    return act(measure, Act.CLOSE, desk, at=then, text="改善命令の手続に移る。")


def ordered(office: Office, plan: Plan, *, at: dt.datetime, days: int = 30) -> Measure:
    """An order in force: nobody explained, the decider decided."""
    desk, day = office.desk, timezone.localdate(at)
    measure = begin(office, plan, MeasureKind.ORDER, at=at, grounds=(Ground.DUTY_48.value,))
    act(measure, Act.GIVE_CHANCE, desk, at=at, due_on=day + 14 * DAY, place="福祉総務課")
    then = at + 15 * DAY
    act(measure, Act.NO_EXPLANATION, desk, at=then)
    due = timezone.localdate(then) + days * DAY
    reason = "帳簿に9月分の安否確認の記載がなく、法48条に違反するため。"
    act(measure, Act.PROPOSE, desk, at=then, due_on=due, reason=reason)
    return act(measure, Act.APPROVE, office.decider, at=then)


def asked(office: Office, plan: Plan, *, at: dt.datetime, days: int = 14) -> Measure:
    """A report demanded of the operator."""
    measure = begin(office, plan, MeasureKind.REPORT, at=at, demand="9月分の見守りの実施状況")
    act(measure, Act.PROPOSE, office.desk, at=at, due_on=timezone.localdate(at) + days * DAY)
    act(measure, Act.APPROVE, office.decider, at=at)
    return act(measure, Act.NOTIFY, office.desk, at=at)


def tips(office: Office, plan: Plan, *, at: dt.datetime) -> None:
    """A complaint about the plan, an order of the fire office, and something about a house nobody has found yet."""
    actor, day = actor_of(office.desk, day=timezone.localdate(at)), timezone.localdate(at)
    number = plan.certified_number
    for content in (
        TipContent(
            kind=TipKind.COMPLAINT,
            way=TipWay.PHONE,
            received_on=day,
            certified_number=number,
            content="見守りの訪問が9月から来ていない。",
            informant="入居者の家族(見本)",
        ),
        TipContent(
            kind=TipKind.FIRE_ORDER,
            way=TipWay.OFFICE,
            received_on=day,
            certified_number=number,
            content="消防法第8条に基づく命令をしたとの連絡があった。",
            informant="消防署 予防課(見本)",
        ),
        TipContent(
            kind=TipKind.TIP,
            way=TipWay.LETTER,
            received_on=day,
            about="駅前の3階建てのアパート",
            content="認定を受けていないのに、居住サポート住宅と名乗っている。",
        ),
    ):
        record_tip(content=content, key=uuid.uuid4(), actor=actor, now=at)


def load(office: Office, *, now: dt.datetime) -> None:
    """For the first certified plan everything, as if begun two months ago."""
    desk = actor_of(office.desk, day=timezone.localdate(now))
    plan = staff_plans(desk).filter(status=Plan.Status.CERTIFIED).order_by("pk").first()
    if plan is None:
        return
    tips(office, plan, at=now - 40 * DAY)
    inspected(office, plan, at=now - 38 * DAY)
    ordered(office, plan, at=now - 30 * DAY)
    asked(office, plan, at=now - 20 * DAY)
