"""決裁の経路, kept by the municipality's administrator. A change makes a new version; running proposals keep theirs.

Who holds a post is not part of a version: after a transfer the successor stamps what is under way.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Department, Municipality
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import ApprovalRoute, ApprovalStep, PostHolder
from certification.rules import approval
from certification.rules.procedures import Procedure
from certification.rules.workflow import ProposalKind
from certification.selectors import master as selectors
from certification.selectors.master import RouteContent, fingerprint
from certification.services.errors import InputMissing, NotFound, Stale

ROUTE_SAVED: Final = "certification.route_saved"
ROUTE_ENDED: Final = "certification.route_ended"

ACTION_LABELS: Final[dict[str, str]] = {
    ROUTE_SAVED: "決裁の経路を決める",
    ROUTE_ENDED: "決裁の経路をやめる",
}


@transaction.atomic
def save_route(
    *, route_id: uuid.UUID | None, content: RouteContent, actor: Actor, now: dt.datetime, seen: str
) -> ApprovalRoute:
    """Write a route, or add one (`route_id` is None). `seen` is the fingerprint of what the page showed.

    Raises `NotFound`, `Stale`, `InputMissing`.
    """
    municipality = _lock(actor)
    route = _own(actor, route_id) if route_id else None
    before = selectors.route_content(route) if route else None
    if before == content and route is not None:
        return route
    if fingerprint(before) != seen:
        raise Stale
    _check(content, municipality=municipality, actor=actor, route=route, today=timezone.localdate(now))
    if route is None or before is None or _way(before) != _way(content):
        route = _new_version(municipality, content, old=route, now=now)
    _name_holders(content)
    _record(ROUTE_SAVED, route, actor=actor, now=now, steps=len(content.steps))
    return route


@transaction.atomic
def end_route(*, route_id: uuid.UUID, actor: Actor, now: dt.datetime, seen: str) -> None:
    """From now on such proposals do without this route. Running ones go on along it. Raises `NotFound`, `Stale`."""
    _lock(actor)
    route = _own(actor, route_id)
    if fingerprint(selectors.route_content(route)) != seen:
        raise Stale
    route.ended_at = now
    route.save(update_fields=["ended_at"])
    _record(ROUTE_ENDED, route, actor=actor, now=now, steps=0)


def _check(
    content: RouteContent,
    *,
    municipality: Municipality,
    actor: Actor,
    route: ApprovalRoute | None,
    today: dt.date,
) -> None:
    """Refuse what cannot work at all. What only fails with the people of today is told beside the route."""
    if not content.kinds:
        raise InputMissing("kinds", "どの起案に使うかを、一つ以上選んでください。")
    _check_overlap(content, others=[one for one in selectors.routes_of(actor) if one != route])
    departments = dict(municipality.departments.filter(is_active=True).values_list("pk", "name"))
    if any(step.department_id not in departments for step in content.steps):
        raise InputMissing("__all__", "使用していない課が入っています。使用中の課を選んでください。")
    if any(step.kind == approval.StepKind.DECIDE and not step.title for step in content.steps):
        raise InputMissing("__all__", "決裁の段には、職名(課長、部長など)を入れてください。")
    steps = selectors.as_steps(content, departments=departments)
    if fault := next(approval.faults(steps), None):
        raise InputMissing("__all__", fault)
    serving = {pk: where for pk, _, where in selectors.decider_choices(actor, today=today)}
    for step, value in zip(content.steps, steps, strict=True):
        if any(step.department_id not in serving.get(pk, frozenset()) for pk in step.holders):
            raise InputMissing(
                "__all__",
                f"「{value.label}」に、{value.department}の決裁者でない人が選ばれています。その課の決裁者から選んでください。",
            )


def _check_overlap(content: RouteContent, *, others: list[ApprovalRoute]) -> None:
    """A proposal must have one way only."""
    wanted = content.procedures or tuple(one.value for one in Procedure)
    for kind in content.kinds:
        for procedure in wanted:
            if any(other.holds_for(kind=kind, procedure=procedure) for other in others):
                raise InputMissing(
                    "kinds",
                    f"「{Procedure(procedure).label}」の{ProposalKind(kind).label}の起案には、もう別の経路があります。"
                    "起案か手続を選び直すか、先に別の経路を直してください。",
                )


def _way(content: RouteContent) -> object:
    """What a version holds: everything but the people."""
    steps = [
        (step.order, step.kind, step.department_id, step.title, step.allows_deputy) for step in content.steps
    ]
    return content.kinds, content.procedures, steps


def _new_version(
    municipality: Municipality, content: RouteContent, *, old: ApprovalRoute | None, now: dt.datetime
) -> ApprovalRoute:
    if old is not None:
        old.ended_at = now
        old.save(update_fields=["ended_at"])
    route = ApprovalRoute.objects.create(
        municipality=municipality,
        public_id=old.public_id if old else uuid.uuid4(),
        version=old.version + 1 if old else 1,
        kinds=list(content.kinds),
        procedures=list(content.procedures),
        begun_at=now,
    )
    ApprovalStep.objects.bulk_create(
        ApprovalStep(
            route=route,
            order=step.order,
            kind=step.kind,
            department_id=step.department_id,
            title=step.title,
            allows_deputy=step.allows_deputy,
        )
        for step in content.steps
    )
    return route


def _name_holders(content: RouteContent) -> None:
    """Who holds the posts from now on."""
    for step in content.steps:
        if not step.title:
            continue
        department = Department.objects.get(pk=step.department_id)
        held = PostHolder.objects.filter(department=department, title=step.title)
        held.exclude(user__in=step.holders).delete()
        for user_id in step.holders:
            PostHolder.objects.get_or_create(department=department, title=step.title, user_id=user_id)


def _own(actor: Actor, route_id: uuid.UUID) -> ApprovalRoute:
    try:
        return selectors.route_of(actor, route_id)
    except NotVisible:
        raise NotFound("この経路は見つかりません。") from None


def _lock(actor: Actor) -> Municipality:
    """One administrator at a time. Raises `NotFound`."""
    try:
        municipality_id = selectors.own_municipality_id(actor)
    except NotVisible:
        raise NotFound("このページは見つかりません。") from None
    return Municipality.objects.select_for_update(no_key=True).get(pk=municipality_id)


def _record(action: str, route: ApprovalRoute, *, actor: Actor, now: dt.datetime, steps: int) -> None:
    audit.record(
        action=action,
        subject=audit.Subject(
            "certification.approval_route", str(route.public_id), f"決裁の経路 第{route.version}版"
        ),
        actor=actor,
        now=now,
        details={"version": route.version, "kinds": route.kinds, "steps": steps},
    )
