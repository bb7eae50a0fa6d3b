"""The derived columns that lists read, recomputed in the call that changed what they come from."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Q
from django.utils import timezone

from certification.models import Application, CertificationSetting, DepartmentReview
from certification.rules.workflow import OPEN_STATES, State, Turn, turn_of
from certification.selectors.facts import clock_of
from japan.calendar import add_business_days
from japan.folding import fold, fold_house_number


def derive(application: Application, *, setting: CertificationSetting, today: dt.date) -> None:
    """Set turn, due date, progress and the copied names of the case, and whose turn each department has."""
    application.turn = turn_of(State(application.state))
    application.due_on = _due_on(application, setting=setting, today=today)
    if application.submitted_at is None or application.current_version.frozen_at:
        # A version being corrected is not yet told to the office: lists keep the filed names.
        copy_names(application)
    refresh_progress(application)


def copy_names(application: Application) -> None:
    """Names of the current version and the folded search text, so that lists need not open the plan."""
    plan = application.current_version.value
    application.housing_name = plan.housing_name[:200]
    application.applicant_name = plan.applicant_name[:200]
    application.housing_address = plan.address[:300]
    parts = [application.receipt_number, application.plan.certified_number]
    for party in plan.parties:
        parts += [party.name, party.kana, party.corporate_number]
    for building in plan.buildings:
        parts += [building.name, building.kana, building.address]
    keys = [fold(part) for part in parts if part]
    short = [fold_house_number(fold(building.address)) for building in plan.buildings]
    # The addresses again as people abbreviate them, where that differs: 三丁目1番5号 is asked for as 3-1-5.
    application.search_text = " ".join([*keys, *(key for key in short if key not in keys)])


def refresh_progress(application: Application) -> None:
    """How far each department is, and the due date of those whose turn it is. Writes the reviews that changed."""
    reviews = list(application.department_reviews.select_related("department").order_by("pk"))
    tally = application.judgements.values_list("department").annotate(
        done=Count("pk", filter=~Q(verdict="")), total=Count("pk")
    )
    counts: dict[int, tuple[int, int]] = {department: (done, total) for department, done, total in tally}
    application.progress = [
        {
            "department": review.department_id,
            "name": review.department.short_name,
            "done": done,
            "total": total,
        }
        for review in reviews
        for done, total in [counts.get(review.department_id, (0, 0))]
    ]
    for review in reviews:
        due = application.due_on if _has_turn(application, review) else None
        if review.turn_due_on != due:
            review.turn_due_on = due
            review.save(update_fields=["turn_due_on"])


def _has_turn(application: Application, review: DepartmentReview) -> bool:
    if application.turn in (Turn.LEAD, Turn.DECIDER):
        return review.department_id == application.lead_department_id
    if application.turn == Turn.DEPARTMENTS:
        return review.opened_at is not None and review.sent_at is None
    return False


def _due_on(application: Application, *, setting: CertificationSetting, today: dt.date) -> dt.date | None:
    state = State(application.state)
    if state not in OPEN_STATES or application.submitted_at is None:
        return None
    if state == State.AWAITING_CORRECTION:
        return application.return_rounds.order_by("-number").values_list("due_on", flat=True).first()
    clock = clock_of(application, setting=setting, today=today)
    if clock is not None:
        return clock.due_on
    return add_business_days(timezone.localdate(application.submitted_at), setting.standard_days)
