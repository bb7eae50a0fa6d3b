"""What happens around cases: hand-over on a transfer, reminders of due dates, files nobody refers to any more."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from accounts import handover
from accounts.models import AuditEvent, Notice
from certification.demo import FLOW_MISSING, Walk
from certification.models import ClockEvent, DepartmentReview, Letter
from certification.rules.workflow import Action
from certification.services.errors import NotFound
from certification.services.judging import assign
from certification.services.periodic import remind_due, sweep_files
from certification.services.planning import attach_document, remove_document


def lead_review_of(walk: Walk) -> DepartmentReview:
    return walk.application.department_reviews.get(department=walk.lead_id)


def test_open_cases_are_handed_on_and_the_trail_says_so(accepted: Walk) -> None:
    office = accepted.office
    moved = handover.hand_on_all(
        from_user_id=office.desk.pk,
        to_user_id=office.colleague.pk,
        department_id=accepted.lead_id,
        actor=accepted.actor(office.administrator),
        now=accepted.at,
    )
    assert moved == 1
    assert lead_review_of(accepted).assigned_to == office.colleague
    assert AuditEvent.objects.filter(action="certification.hand_over").count() == 1


def test_decided_cases_stay_with_whoever_handled_them(proposed: Walk) -> None:
    proposed.decide()
    office = proposed.office
    assert handover.count_open(user_id=office.desk.pk, department_id=proposed.lead_id) == 0


def test_only_people_of_the_department_can_be_put_in_charge(accepted: Walk) -> None:
    office = accepted.office
    stranger = office.reviewers[accepted.second_id]
    with pytest.raises(NotFound):
        assign(
            application_id=accepted.application.public_id,
            department_id=accepted.lead_id,
            user_id=stranger.pk,
            actor=accepted.actor(office.desk),
            now=accepted.at,
        )


def test_a_case_that_is_due_is_brought_to_mind_once(accepted: Walk) -> None:
    due = accepted.application.due_on
    assert due is not None
    eve = dt.datetime.combine(due, dt.time(9), tzinfo=accepted.at.tzinfo)
    Notice.objects.all().delete()
    assert remind_due(now=eve) == 1
    assert remind_due(now=eve) == 0
    assert remind_due(now=eve + dt.timedelta(days=5)) == 1
    assert set(Notice.objects.values_list("recipient", flat=True)) == {accepted.office.desk.pk}


def test_a_case_far_from_due_is_left_in_peace(accepted: Walk) -> None:
    assert remind_due(now=accepted.at) == 0


def test_the_applicant_is_reminded_of_the_correction_date(accepted: Walk) -> None:
    accepted.gather(lead={10: FLOW_MISSING}).send_back()
    due = accepted.application.due_on
    assert due is not None
    Notice.objects.all().delete()
    assert remind_due(now=dt.datetime.combine(due, dt.time(9), tzinfo=accepted.at.tzinfo)) == 1
    assert Notice.objects.get().recipient == accepted.user


def test_a_removed_file_is_swept_after_a_day_and_a_frozen_one_never(walk: Walk, owner, plan) -> None:
    walk.begin(owner[0], plan)
    folder = settings.MEDIA_ROOT / "documents"
    document = walk.application.current_version.documents.first()
    assert document is not None
    kept = walk.application.current_version.documents.exclude(pk=document.pk).first()
    assert kept is not None
    remove_document(
        application_id=walk.application.public_id,
        document_id=document.public_id,
        actor=walk.actor(walk.user),
        now=walk.at,
    )
    old = dt.datetime.now(tz=dt.UTC) - dt.timedelta(days=3)
    for path in folder.iterdir():
        os.utime(path, (old.timestamp(), old.timestamp()))
    assert sweep_files(now=dt.datetime.now(tz=dt.UTC)) == 1
    assert not (folder / document.stored_name).exists()
    assert (folder / kept.stored_name).exists()


def test_attaching_is_over_once_the_plan_is_filed(filed: Walk) -> None:
    from certification.demo import checked_sample
    from certification.services.errors import ActRefused

    with pytest.raises(ActRefused):
        attach_document(
            application_id=filed.application.public_id,
            code="floor_plan",
            checked=checked_sample("間取図.pdf"),
            stored_name="0" * 40,
            actor=filed.actor(filed.user),
            now=filed.at,
        )


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("model", [Letter, ClockEvent])
def test_letters_and_clock_events_are_only_ever_added(
    proposed: Walk, model: type[Letter | ClockEvent], statement: str
) -> None:
    proposed.act(Action.DECIDE, proposed.office.decider)
    before = model.objects.count()
    assert before
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(model._meta.db_table))
    assert model.objects.count() == before
