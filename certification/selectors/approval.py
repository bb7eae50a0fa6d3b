"""決裁の経路, read: the way of one proposal with its stamps, who may fill which step today, absences, open 後閲."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Appointment, Role, User
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible, holders
from certification.models import (
    Absence,
    ApprovalRoute,
    ApprovalStep,
    PostHolder,
    Proposal,
    ProposalStamp,
    StepArrival,
)
from certification.rules import approval
from certification.rules.approval import Given, Seats, StampKind, Step

REVIEWING: Final = (Role.DESK, Role.REVIEWER)
ABSENCES_SHOWN: Final = 50


# --- One proposal -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class People:
    """Who may fill which step on a day, and who is away with whom in the stead."""

    who: Mapping[int, frozenset[int]]
    stand_ins: Mapping[int, int]

    def awaited(self, steps: Sequence[Step]) -> set[int]:
        """Everybody who may stamp one of these steps, those who stand in included."""
        found = {user for step in steps for user in self.who[step.pk]}
        stood_in = {user for step in steps if step.allows_deputy for user in self.who[step.pk]}
        return found | {self.stand_ins[user] for user in stood_in & self.stand_ins.keys()}


@dataclass(frozen=True, kw_only=True)
class Way:
    """The route a proposal takes, with the stamps so far."""

    steps: tuple[Step, ...]
    stamps: tuple[ProposalStamp, ...]
    _people: dict[dt.date, People] = field(default_factory=dict, compare=False, repr=False)

    def people(self, day: dt.date) -> People:
        """Who may fill the steps on `day`; asked once."""
        if day not in self._people:
            self._people[day] = people_of(self.steps, day=day)
        return self._people[day]

    def given(self, *, signature: str) -> tuple[Given, ...]:
        """The stamps that count for the content with this signature."""
        return approval.standing((stamp.value for stamp in self.stamps), signature=signature)

    @cached_property
    def stamp_of(self) -> Mapping[int, ProposalStamp]:
        """By step."""
        return {stamp.step_id: stamp for stamp in self.stamps}

    @property
    def open_confirmations(self) -> tuple[ProposalStamp, ...]:
        """Stamps in somebody's stead that this person has not read afterwards (後閲)."""
        return tuple(stamp for stamp in self.stamps if awaits_confirmation(stamp))


def awaits_confirmation(stamp: ProposalStamp) -> bool:
    """Whether 後閲 is still to be done."""
    return stamp.kind == StampKind.DEPUTY and not hasattr(stamp, "confirmation")


def way_of(proposal: Proposal | None) -> Way | None:
    """Two queries where the proposal has a route, none otherwise."""
    if proposal is None or proposal.route_id is None:
        return None
    return Way(
        steps=steps_of(proposal.route_id),
        stamps=tuple(proposal.stamps.select_related("by", "on_behalf_of", "confirmation__by").order_by("pk")),
    )


def steps_of(route_id: int) -> tuple[Step, ...]:
    """The steps of one version, in order."""
    rows = ApprovalStep.objects.filter(route=route_id).select_related("department").order_by("order", "pk")
    return tuple(row.value for row in rows)


def route_for(*, municipality_id: int, kind: str, procedure: str) -> ApprovalRoute | None:
    """The route in use for such a proposal; `None` where one 決裁者 of the lead department decides alone."""
    routes = ApprovalRoute.objects.in_use().filter(municipality=municipality_id).order_by("pk")
    return next((route for route in routes if route.holds_for(kind=kind, procedure=procedure)), None)


# --- Who may fill a step ----------------------------------------------------------------------------------------------


def fillers(steps: Sequence[Step], *, day: dt.date) -> dict[int, frozenset[int]]:
    """Step → ids of the people who may fill it on `day` in their own right. Two queries.

    決裁者 of the department; where people are named for the post, those of them who are 決裁者 there.
    """
    departments = {step.department_id for step in steps}
    deciders: defaultdict[int, set[int]] = defaultdict(set)
    posts = Appointment.objects.in_force(day).filter(
        department__in=departments, role=Role.DECIDER, user__is_active=True
    )
    for department_id, user_id in posts.values_list("department", "user"):
        deciders[department_id].add(user_id)
    named: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for department_id, title, user_id in PostHolder.objects.filter(department__in=departments).values_list(
        "department", "title", "user"
    ):
        named[department_id, title].add(user_id)
    return {
        step.pk: frozenset(
            deciders[step.department_id]
            & named.get((step.department_id, step.title), deciders[step.department_id])
        )
        for step in steps
    }


def deputies(*, of: Collection[int], day: dt.date) -> dict[int, int]:
    """Who is absent on `day` → who stands in. One query."""
    rows = Absence.objects.covering(day).filter(user__in=of).order_by("pk")
    return dict(rows.values_list("user", "deputy"))


def people_of(steps: Sequence[Step], *, day: dt.date) -> People:
    """Three queries."""
    who = fillers(steps, day=day)
    everybody = frozenset().union(*who.values())
    return People(who=who, stand_ins=deputies(of=everybody, day=day))


def seats_of(actor: Actor, steps: Sequence[Step], people: People) -> Seats:
    """Which steps the actor may fill.

    A deputy is 決裁者 of the department of the step too: the office decided beforehand whom it trusts with this.
    """
    for_others = {
        step.pk: absent
        for step in steps
        if step.allows_deputy and actor.has(Role.DECIDER, step.department_id)
        for absent in sorted(people.who[step.pk])
        if people.stand_ins.get(absent) == actor.user_id
    }
    own = frozenset(pk for pk, who in people.who.items() if actor.user_id in who)
    return Seats(own=own, for_others=for_others)


def people_awaited(proposal: Proposal, *, day: dt.date) -> set[int]:
    """Who may stamp the next steps on `day`, without those who cannot: who has stamped, who drafted."""
    way = way_of(proposal)
    if way is None:
        return set()
    due = approval.next_steps(way.steps, way.given(signature=proposal.signed_hash))
    people = way.people(day).awaited(due)
    return people - {stamp.by_id for stamp in way.stamps} - {proposal.drafted_by_id}


def names_of_fillers(steps: Sequence[Step], people: People) -> dict[int, str]:
    """Step → names of those who may fill it, with who stands in for the absent, in words. One query."""
    everybody = frozenset().union(*people.who.values(), people.stand_ins.values())
    names = dict(User.objects.filter(pk__in=everybody).values_list("pk", "name"))

    def word(step: Step, user: int) -> str:
        if user not in people.stand_ins:
            return names[user]
        deputy = f"・代決 {names[people.stand_ins[user]]}" if step.allows_deputy else ""
        return f"{names[user]}(不在{deputy})"

    return {step.pk: "、".join(word(step, user) for user in sorted(people.who[step.pk])) for step in steps}


# --- In lists ---------------------------------------------------------------------------------------------------------


def awaiting(actor: Actor, *, day: dt.date) -> Q:
    """Cases in which a step waits for the actor, as a condition on `Application`; no query of its own.

    The same rule as `seats_of`, said in SQL for lists.
    """
    own = actor.departments(Role.DECIDER)
    waiting = StepArrival.objects.filter(application=OuterRef("pk"), is_waiting=True, department__in=own)
    post = PostHolder.objects.filter(department=OuterRef("department"), title=OuterRef("title"))
    mine = ~Exists(post) | Exists(post.filter(user=actor.user_id))
    stamped = ProposalStamp.objects.filter(proposal=OuterRef("proposal"), by=actor.user_id)
    found = waiting.filter(mine | Q(Exists(_stood_in_for(actor, day=day)), step__allows_deputy=True))
    return Q(Exists(found.filter(~Exists(stamped))))


def _stood_in_for(actor: Actor, *, day: dt.date) -> QuerySet[Appointment]:
    """決裁者 of the department of a waiting step who are away on `day`, for whom the actor stands in."""
    away = Absence.objects.covering(day).filter(deputy=actor.user_id)
    named = PostHolder.objects.filter(department=OuterRef("department"), title=OuterRef(OuterRef("title")))
    return (
        Appointment.objects.in_force(day)
        .filter(department=OuterRef("department"), role=Role.DECIDER, user__in=away.values("user"))
        .filter(~Exists(named) | Exists(named.filter(user=OuterRef("user"))))
    )


def on_a_route() -> Exists:
    """Whether the open proposal of a case goes along a route."""
    return Exists(StepArrival.objects.filter(application=OuterRef("pk"), is_waiting=True))


# --- Absences and 後閲 ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AbsencePage:
    """What the page of absences shows."""

    rows: tuple[Absence, ...]
    unconfirmed: tuple[ProposalStamp, ...]


def absences_of(actor: Actor) -> QuerySet[Absence]:
    """One's own absences and those one stands in for; for 自治体管理者 all of the municipality."""
    rows = Absence.objects.filter(municipality=actor.home_id)
    if actor.has(Role.ADMINISTRATOR):
        return rows
    return rows.filter(Q(user=actor.user_id) | Q(deputy=actor.user_id))


def absence_page(actor: Actor, *, today: dt.date) -> AbsencePage:
    """Absences that are not over, soonest first, and the stamps that wait for the actor's 後閲."""
    rows = absences_of(actor).filter(until__gte=today, ended_at__isnull=True)
    return AbsencePage(
        rows=tuple(rows.select_related("user", "deputy").order_by("from_on", "pk")[:ABSENCES_SHOWN]),
        unconfirmed=tuple(unconfirmed_of(actor)[:ABSENCES_SHOWN]),
    )


def unconfirmed_of(actor: Actor) -> QuerySet[ProposalStamp]:
    """Stamps others gave in the actor's stead, not yet read afterwards, oldest first."""
    rows = ProposalStamp.objects.filter(
        on_behalf_of=actor.user_id,
        confirmation__isnull=True,
        proposal__application__municipality=actor.home_id,
    )
    return rows.select_related("by", "step__department", "proposal__application").order_by("pk")


def absence_of(actor: Actor, public_id: uuid.UUID) -> Absence:
    """One absence the actor may take back: the own, or any for 自治体管理者. Raises `NotVisible`."""
    rows = Absence.objects.filter(municipality=actor.home_id, ended_at__isnull=True)
    if not actor.has(Role.ADMINISTRATOR):
        rows = rows.filter(user=actor.user_id)
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotVisible
    return found


def deciders_of(municipality_id: int, *, day: dt.date) -> list[tuple[User, frozenset[int]]]:
    """Every 決裁者 of the municipality on `day`, with the departments."""
    posts = Appointment.objects.in_force(day).filter(
        department__municipality=municipality_id, role=Role.DECIDER, user__is_active=True
    )
    departments: defaultdict[User, set[int]] = defaultdict(set)
    for row in posts.select_related("user").order_by("user__kana", "user__pk"):
        departments[row.user].add(row.department_id)
    return [(user, frozenset(found)) for user, found in departments.items()]


def reviewers_in(department_ids: Iterable[int], *, day: dt.date) -> set[int]:
    """Ids of those who draft or review in the departments."""
    people = holders(department_ids=list(department_ids), roles=REVIEWING, day=day)
    return set(people.values_list("pk", flat=True))
