"""The routes of the own municipality, as its administrator reads and writes them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import ApprovalRoute, CertificationSetting, PostHolder
from certification.rules import approval
from certification.rules.approval import Step, StepKind
from certification.rules.procedures import Procedure
from certification.rules.workflow import ProposalKind
from certification.selectors.approval import (
    People,
    deciders_of,
    names_of_fillers,
    people_of,
    reviewers_in,
    route_for,
    steps_of,
)
from certification.selectors.master.contents import RouteContent, StepContent
from certification.selectors.master.settings import own_municipality_id


@dataclass(frozen=True, kw_only=True)
class RouteRow:
    """One route in use: for what, its steps with the people of today, and what is doubtful about it."""

    route: ApprovalRoute
    kinds: str
    procedures: str
    steps: tuple[Step, ...]
    names: dict[int, str]
    doubts: tuple[str, ...]


def route_rows(actor: Actor, *, today: dt.date) -> list[RouteRow]:
    """Every route in use with its problems as of today."""
    return [_row(route, today=today) for route in routes_of(actor)]


def routes_of(actor: Actor) -> list[ApprovalRoute]:
    """The routes in use of the own municipality."""
    own = ApprovalRoute.objects.in_use().filter(municipality=own_municipality_id(actor))
    return list(own.order_by("pk"))


def _row(route: ApprovalRoute, *, today: dt.date) -> RouteRow:
    steps = steps_of(route.pk)
    people = people_of(steps, day=today)
    return RouteRow(
        route=route,
        kinds="・".join(str(kind.label) for kind in ProposalKind if kind.value in route.kinds),
        procedures="・".join(str(one.label) for one in Procedure if one.value in route.procedures)
        or "すべての手続",
        steps=steps,
        names=names_of_fillers(steps, people),
        doubts=doubts_of(steps, people, municipality_id=route.municipality_id, today=today),
    )


def doubts_of(
    steps: Sequence[Step], people: People, *, municipality_id: int, today: dt.date
) -> tuple[str, ...]:
    """What would make a proposal stop on these steps, with the people of today."""
    setting = CertificationSetting.objects.filter(municipality=municipality_id).first()
    departments = {step.department_id for step in steps} | (
        {setting.lead_department_id} if setting else set()
    )
    return tuple(approval.doubts(steps, people.who, drafters=reviewers_in(departments, day=today)))


def route_of(actor: Actor, public_id: uuid.UUID) -> ApprovalRoute:
    """One of the routes in use. Raises `NotVisible`."""
    found = next((route for route in routes_of(actor) if route.public_id == public_id), None)
    if found is None:
        raise NotVisible
    return found


def route_content(route: ApprovalRoute) -> RouteContent:
    """What a version says, with those who hold its posts now."""
    steps = steps_of(route.pk)
    held = PostHolder.objects.filter(department__in={step.department_id for step in steps})
    named: dict[tuple[int, str], list[int]] = {}
    for row in held.order_by("user_id"):
        named.setdefault((row.department_id, row.title), []).append(row.user_id)
    return RouteContent(
        kinds=tuple(sorted(route.kinds)),
        procedures=tuple(sorted(route.procedures)),
        steps=tuple(
            StepContent(
                order=step.order,
                kind=step.kind.value,
                department_id=step.department_id,
                title=step.title,
                holders=tuple(named.get((step.department_id, step.title), ())),
                allows_deputy=step.allows_deputy,
            )
            for step in steps
        ),
    )


def as_steps(content: RouteContent, *, departments: dict[int, str]) -> tuple[Step, ...]:
    """The steps of a form as rules see them; their numbers stand in for ids."""
    return tuple(
        Step(
            pk=place,
            order=step.order,
            kind=StepKind(step.kind),
            department_id=step.department_id,
            department=departments.get(step.department_id, ""),
            title=step.title,
            allows_deputy=step.allows_deputy,
        )
        for place, step in enumerate(content.steps, 1)
    )


def decider_choices(actor: Actor, *, today: dt.date) -> list[tuple[int, str, frozenset[int]]]:
    """(id, name, departments) of every 決裁者 of the own municipality."""
    own = own_municipality_id(actor)
    return [(user.pk, user.name, departments) for user, departments in deciders_of(own, day=today)]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The way a proposal would take."""

    steps: tuple[Step, ...]
    names: dict[int, str]
    doubts: tuple[str, ...]


def preview(*, municipality_id: int, kind: str, procedure: str, today: dt.date) -> Preview | None:
    """The way a proposal drafted now would take; `None` where one 決裁者 of the lead decides alone."""
    route = route_for(municipality_id=municipality_id, kind=kind, procedure=procedure)
    if route is None:
        return None
    steps = steps_of(route.pk)
    people = people_of(steps, day=today)
    return Preview(
        steps=steps,
        names=names_of_fillers(steps, people),
        doubts=tuple(approval.doubts(steps, people.who)),
    )
