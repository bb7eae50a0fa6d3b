"""Who is told after an act. The text names the case by number only; the rest stands behind the login."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from accounts.outbox import notify
from accounts.rules.actor import Actor
from accounts.selectors import holders
from certification.models import Application, Inquiry, OperatorUser, PlanPartner, Proposal
from certification.rules.workflow import Action, State, Turn
from certification.selectors.approval import people_awaited
from certification.selectors.deputies import told_instead

STAFF_SUBJECTS: Final[dict[State, str]] = {
    State.SUBMITTED: "新しい申請が届きました",
    State.LEAD_REVIEW: "審査する申請があります",
    State.CIRCULATING: "持回り審査の依頼が届きました",
    State.GATHERING: "各課の審査結果がそろいました",
    State.DECIDING: "決裁する起案があります",
    State.WITHDRAWN: "申請が取り下げられました",
}

APPLICANT_SUBJECTS: Final[dict[State, str]] = {
    State.SUBMITTED: "申請を送りました",
    State.LEAD_REVIEW: "申請が受け付けられ、審査が始まりました",
    State.CIRCULATING: "申請が受け付けられ、審査が始まりました",
    State.AWAITING_CORRECTION: "直していただくことがあります",
    State.CERTIFIED: "審査の結果が出ました",
    State.REFUSED: "審査の結果が出ました",
    State.WITHDRAWN: "申請を取り下げました",
}

RESUBMITTED: Final = "直した申請を送りました"

TELL_APPLICANT: Final = (
    Action.SUBMIT,
    Action.ACCEPT,
    Action.RETURN,
    Action.RESUBMIT,
    Action.DECIDE,
    Action.WITHDRAW,
)


def tell(application: Application, *, action: Action, before: State, actor: Actor, now: dt.datetime) -> None:
    """Write the notices of a move into the outbox, in the same transaction. The actor is not told of his own act."""
    if before == application.state and action not in (Action.ADD_DEPARTMENT, Action.STAMP):
        return
    if action in TELL_APPLICANT:
        _tell_applicants(application, action=action, now=now)
    if before != State.DRAFT or action == Action.SUBMIT:
        _tell_staff(application, action=action, actor=actor, now=now)


def _tell_applicants(application: Application, *, action: Action, now: dt.datetime) -> None:
    path = reverse("certification:plan", args=[application.public_id])
    _send(
        application,
        applicants_of(application),
        subject=RESUBMITTED if action == Action.RESUBMIT else APPLICANT_SUBJECTS[State(application.state)],
        action=action,
        path=path,
        now=now,
    )


def applicants_of(application: Application) -> list[int]:
    """Everybody of the operator that files and of the joint applicant, each once. Two queries."""
    partners = PlanPartner.objects.filter(plan=application.plan_id, ended_at__isnull=True)
    members = OperatorUser.objects.filter(
        Q(operator=application.plan.operator_id) | Q(operator__in=partners.values("operator"))
    )
    return list(members.order_by("user_id").values_list("user_id", flat=True).distinct())


def _tell_staff(application: Application, *, action: Action, actor: Actor, now: dt.datetime) -> None:
    subject = STAFF_SUBJECTS.get(State(application.state))
    if subject is None or application.lead_department_id is None:
        return
    path = reverse("certification:case", args=[application.public_id])
    people = set(people_in_turn(application, today=timezone.localdate(now))) - {actor.user_id}
    _send(application, people, subject=subject, action=action, path=path, now=now)


def people_in_turn(application: Application, *, today: dt.date) -> Iterable[int]:
    """The person in charge where there is one; otherwise everybody of the department who may act."""
    lead = application.lead_department_id
    if lead is None:
        return []
    if application.turn == Turn.DECIDER:
        return _deciders(application, lead=lead, today=today)
    if application.turn == Turn.DEPARTMENTS:
        open_ = application.department_reviews.filter(opened_at__isnull=False, sent_at__isnull=True)
        return _in_charge(dict(open_.values_list("department", "assigned_to")), today=today)
    review = application.department_reviews.filter(department=lead)
    return _in_charge(dict(review.values_list("department", "assigned_to")), today=today)


def _deciders(application: Application, *, lead: int, today: dt.date) -> Iterable[int]:
    """Along a route those whose step it is; otherwise every decider of the lead."""
    proposal = application.proposals.filter(status=Proposal.Status.OPEN, route__isnull=False).first()
    if proposal is not None:
        return people_awaited(proposal, day=today)
    return holders(department_ids=[lead], roles=[Role.DECIDER], day=today).values_list("pk", flat=True)


def tell_stood_in_for(application: Application, *, user_id: int, now: dt.datetime) -> None:
    """Whoever was stood in for is asked to read what was decided (後閲)."""
    _send(
        application,
        [user_id],
        subject="代決がありました。後閲してください",
        action=Action.STAMP,
        path=reverse("certification:case_approval", args=[application.public_id]),
        now=now,
    )


def _in_charge(assigned: dict[int, int | None], *, today: dt.date) -> list[int]:
    """Of each department the person in charge, with who stands in today; everybody where there is none."""
    in_charge = {department: [user] for department, user in assigned.items() if user}
    named = {user for users in in_charge.values() for user in users}
    if named:
        named |= told_instead(in_charge, day=today)
    vacant = [department for department, user in assigned.items() if not user]
    roles = [Role.DESK, Role.REVIEWER]
    others = holders(department_ids=vacant, roles=roles, day=today).values_list("pk", flat=True)
    return sorted(named | set(others))


def tell_of_answer(inquiry: Inquiry, *, now: dt.datetime) -> None:
    """An answer came by link: tell who wrote and who sent the inquiry. Only unrestricted ones have links."""
    number = inquiry.application.receipt_number or "受付前の申請"
    subject = "照会の回答が届きました"
    path = reverse("certification:case_inquiry", args=[inquiry.application.public_id, inquiry.public_id])
    people = {inquiry.drafted_by_id, inquiry.sent_by_id or inquiry.drafted_by_id}
    departments = inquiry.application.department_reviews.values_list("department", flat=True)
    instead = told_instead(dict.fromkeys(departments, people), day=timezone.localdate(now))
    for user_id in sorted(people | instead):
        notify(
            recipient_id=user_id,
            key=f"inquiry-answered:{inquiry.public_id}:{user_id}",
            subject=f"{subject}({number})",
            body=f"{number}: {subject}。内容は、ログインして確かめてください。",
            path=path,
            municipality_id=inquiry.application.municipality_id,
            now=now,
        )


def _send(
    application: Application,
    people: Iterable[int],
    *,
    subject: str,
    action: Action,
    path: str,
    now: dt.datetime,
) -> None:
    number = application.receipt_number or "受付前の申請"
    for user_id in people:
        notify(
            recipient_id=user_id,
            key=f"{application.public_id}:{action.value}:{application.lock_version}:{now.timestamp()}:{user_id}",
            subject=f"{subject}({number})",
            body=f"{number}: {subject}。内容は、ログインして確かめてください。",
            path=path,
            municipality_id=application.municipality_id,
            now=now,
        )
