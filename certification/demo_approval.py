"""Invented people and cases for 決裁の経路: a 部長, a 次長 who stands in, a second department's 合議."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Role, User
from accounts.selectors import actor_of
from certification.demo import Office, Walk, appoint, person, sample_plan
from certification.models import Operator, ProposalStamp
from certification.rules.approval import StampKind
from certification.rules.workflow import Action, ProposalKind
from certification.selectors.master import RouteContent, StepContent
from certification.services.approval import register_absence
from certification.services.routes import save_route
from japan.calendar import add_business_days


@dataclass(frozen=True, kw_only=True)
class Hall:
    """Those who decide along the route of an office: 合議 (second department), 課長, 部長; 次長 stands in for 部長."""

    partner: User
    section_chief: User
    director: User
    deputy: User


def hall_of(office: Office, *, prefix: str, since: dt.date) -> Hall:
    """The people, appointed."""
    lead = office.setting.lead_department
    second = office.municipality.departments.get(pk=next(iter(office.reviewers)))

    def decider(key: str, name: str, department: object) -> User:
        user = person(f"{key}@{prefix}.example.jp", f"{name}(見本)")
        appoint(user, department, Role.DECIDER, since=since)  # type: ignore[arg-type]
        return user

    return Hall(
        partner=decider("gogi", "高台 峰子", second),
        section_chief=office.decider,
        director=decider("bucho", "城山 部長介", lead),
        deputy=decider("jicho", "小枝 次男", lead),
    )


def route_of(office: Office, hall: Hall) -> RouteContent:
    """合議 of the second department, then 課長, then 部長, who may be stood in for."""
    lead = office.setting.lead_department_id

    def post(order: int, title: str, holder: User, *, allows_deputy: bool = False) -> StepContent:
        return StepContent(
            order=order,
            kind="decide",
            department_id=lead,
            title=title,
            holders=(holder.pk,),
            allows_deputy=allows_deputy,
        )

    agreement = StepContent(
        order=1,
        kind="agree",
        department_id=next(iter(office.reviewers)),
        title="",
        holders=(),
        allows_deputy=False,
    )
    return RouteContent(
        kinds=tuple(sorted(kind.value for kind in ProposalKind)),
        procedures=(),
        steps=(
            agreement,
            post(2, "課長", hall.section_chief),
            post(3, "部長", hall.director, allows_deputy=True),
        ),
    )


def lay_route(office: Office, hall: Hall, *, now: dt.datetime) -> None:
    """The administrator of the office saves the route."""
    save_route(
        route_id=None,
        content=route_of(office, hall),
        actor=actor_of(office.administrator, day=timezone.localdate(now)),
        now=now,
        seen="",
    )


def show_routes(office: Office, *, prefix: str, since: dt.date, operator: Operator, user: User) -> Hall:
    """A case that waits for each step of the route, and one decided by 代決 that still waits for its 後閲."""
    hall = hall_of(office, prefix=prefix, since=since)
    today = timezone.localdate()
    start = timezone.make_aware(dt.datetime.combine(add_business_days(today, -16), dt.time(9, 20)))
    lay_route(office, hall, now=start)
    company = operator.name

    def proposed(name: str) -> Walk:
        plan = sample_plan(name, company=company, city=office.municipality.name)
        return Walk(office=office, user=user, at=start).file(operator, plan).accept().gather().propose()

    proposed("合議待ちの見本荘")
    proposed("課長待ちの見本荘").act(Action.STAMP, hall.partner, comment="福祉の支援に支障はありません。")
    waiting = proposed("部長待ちの見本荘")
    waiting.act(Action.STAMP, hall.partner).act(Action.STAMP, hall.section_chief)
    decided = proposed("代決の見本荘").act(Action.STAMP, hall.partner).act(Action.STAMP, hall.section_chief)
    day = timezone.localdate(decided.at)
    register_absence(
        user_id=hall.director.pk,
        deputy_id=hall.deputy.pk,
        from_on=day,
        until=max(today, day),
        actor=decided.actor(hall.director),
        now=decided.at,
    )
    decided.act(Action.DECIDE, hall.deputy, comment="部長の出張中のため、代決します。")
    assert ProposalStamp.objects.filter(kind=StampKind.DEPUTY).exists()
    return hall
