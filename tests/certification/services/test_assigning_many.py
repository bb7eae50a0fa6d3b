"""まとめて担当を決める: who may give what to whom, what is left out, and that each case is on record."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Role, User
from accounts.rules.actor import Actor
from accounts.selectors import actor_of
from benchmarks.population import clone
from certification.demo import Office, Walk
from certification.models import Application, DepartmentReview
from certification.rules.queue import MOST_AT_ONCE
from certification.selectors.assigning import candidates, read_short_id, short_id
from certification.services.assigning import MOVED_ON, Assigned, assign_many
from certification.services.errors import ActRefused, NotFound
from tests.certification.conftest import MONDAY_MORNING

NOW = MONDAY_MORNING


QUERIES = 8
"""Of the page that asks: session, person, posts, then cases, reviews, teams and the bar."""


def short_of(case: Application) -> str:
    return short_id(case.public_id)


def of(user: User) -> Actor:
    return actor_of(user, day=timezone.localdate(NOW))


def seen_by(user: User, *cases: Application, department_id: int) -> dict[uuid.UUID, str]:
    """What the confirming page shows of the cases."""
    ids = [case.public_id for case in cases]
    rows = candidates(of(user), ids, department_id=department_id, user_id=None)
    return {row.case.public_id: row.mark for row in rows}


def give(walk: Walk, to: User | None, seen: dict[uuid.UUID, str], *, by: User | None = None) -> Assigned:
    return assign_many(
        seen=seen,
        department_id=walk.lead_id,
        user_id=to.pk if to else None,
        actor=of(by or walk.office.desk),
        now=NOW,
    )


def in_charge(case: Application, department_id: int) -> User | None:
    return DepartmentReview.objects.get(application=case, department=department_id).assigned_to


@pytest.fixture
def cases(filed: Walk) -> list[Application]:
    """Three that wait for the lead; nobody is in charge."""
    clone(filed.application, 2)
    return list(Application.objects.order_by("pk"))


def test_all_of_them_in_one_go_and_each_on_record(filed: Walk, cases: list[Application]) -> None:
    office = filed.office
    done = give(filed, office.colleague, seen_by(office.desk, *cases, department_id=filed.lead_id))
    assert len(done.given) == 3
    assert done.left_out == ()
    assert {in_charge(case, filed.lead_id) for case in cases} == {office.colleague}
    events = AuditEvent.objects.filter(action="certification.assign")
    assert {event.subject_id for event in events} == {str(case.public_id) for case in cases}
    assert all(
        event.details == {"department": filed.lead_id, "user": office.colleague.pk} for event in events
    )


def test_what_somebody_else_moved_meanwhile_is_left_out_and_named(
    filed: Walk, cases: list[Application]
) -> None:
    """Given to somebody else, or moved to another state: the others are done all the same."""
    office = filed.office
    seen = seen_by(office.desk, *cases, department_id=filed.lead_id)
    DepartmentReview.objects.filter(application=cases[1]).update(assigned_to=office.desk)
    Application.objects.filter(pk=cases[2].pk).update(lock_version=cases[2].lock_version + 1)
    done = give(filed, office.colleague, seen)
    assert [case.pk for case in done.given] == [cases[0].pk]
    assert [(row.case.pk, row.reason) for row in done.left_out] == [
        (cases[1].pk, MOVED_ON),
        (cases[2].pk, MOVED_ON),
    ]
    assert in_charge(cases[1], filed.lead_id) == office.desk


def test_a_decided_case_is_left_out(proposed: Walk) -> None:
    proposed.decide()
    office = proposed.office
    seen = seen_by(office.desk, proposed.application, department_id=proposed.lead_id)
    done = give(proposed, office.colleague, seen)
    assert done.given == ()
    assert "いまは担当を決められません" in done.left_out[0].reason


def test_nobody_is_a_choice_too(accepted: Walk) -> None:
    office = accepted.office
    assert in_charge(accepted.application, accepted.lead_id) == office.desk
    give(accepted, None, seen_by(office.desk, accepted.application, department_id=accepted.lead_id))
    assert in_charge(accepted.application, accepted.lead_id) is None


def test_only_the_own_department_and_its_people(filed: Walk, cases: list[Application]) -> None:
    office = filed.office
    second = next(iter(office.reviewers.values()))
    seen = seen_by(office.desk, *cases, department_id=filed.lead_id)
    for to, by in ((office.colleague, second), (office.colleague, office.viewer), (second, office.desk)):
        with pytest.raises(NotFound):
            give(filed, to, seen, by=by)
    assert not DepartmentReview.objects.filter(assigned_to__isnull=False).exists()


def test_cases_of_another_city_are_not_there(filed: Walk, other_office: Office) -> None:
    seen = {filed.application.public_id: f"{filed.application.lock_version}.0"}
    done = assign_many(
        seen=seen,
        department_id=other_office.setting.lead_department_id,
        user_id=other_office.desk.pk,
        actor=of(other_office.desk),
        now=NOW,
    )
    assert done == Assigned(given=(), left_out=())


def test_none_and_too_many_are_refused(filed: Walk) -> None:
    with pytest.raises(ActRefused, match="選ばれていません"):
        give(filed, filed.office.colleague, {})
    with pytest.raises(ActRefused, match=f"{MOST_AT_ONCE}件まで"):
        give(filed, filed.office.colleague, {uuid.uuid4(): "0.0" for _ in range(MOST_AT_ONCE + 1)})


def test_a_short_id_reads_back_and_nothing_else_does(filed: Walk) -> None:
    assert read_short_id(short_of(filed.application)) == filed.application.public_id
    assert [read_short_id(text) for text in ("", "A", "???", "あ", "A" * 40)] == [None] * 5


# --- The pages --------------------------------------------------------------------------------------------------------

ASSIGN = "/cases/assign/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_from_the_queue_to_the_act_without_javascript(filed: Walk, cases: list[Application]) -> None:
    office = filed.office
    desk = signed_in(office.desk)
    to = f"{filed.lead_id}:{office.colleague.pk}"
    queue = desk.get("/cases/?tab=department")
    assert {row["pick"] for row in queue.context["rows"]} == {short_of(case) for case in cases}
    picked = [short_of(case) for case in cases]
    asked = desk.get(ASSIGN, {"case": picked})
    assert "いまの担当" in asked.content.decode()
    shown = desk.get(ASSIGN, {"case": picked, "to": to})
    assert "次の3件の担当を" in shown.content.decode()
    assert not DepartmentReview.objects.filter(assigned_to=office.colleague).exists()
    sent = [row["sent"] for row in shown.context["rows"]]
    assert desk.post(ASSIGN, {"to": to, "seen": sent}).status_code == 302
    assert DepartmentReview.objects.filter(assigned_to=office.colleague).count() == 3
    again = desk.post(ASSIGN, {"to": to, "seen": sent})
    assert again.status_code == 409
    assert MOVED_ON in again.content.decode()


def test_without_a_person_it_says_so_and_keeps_the_cases(filed: Walk) -> None:
    picked = short_of(filed.application)
    page = signed_in(filed.office.desk).get(ASSIGN, {"case": picked, "to": ""})
    assert page.status_code == 422
    assert "担当にする人を選んでください。" in page.content.decode()
    assert page.context["rows"][0]["id"] == picked


def test_readers_have_no_boxes_and_no_page(filed: Walk) -> None:
    viewer = signed_in(filed.office.viewer)
    assert "name=case" not in viewer.get("/cases/?tab=all").content.decode()
    assert filed.office.viewer.appointments.get().role == Role.VIEWER
    assert viewer.get(ASSIGN, {"case": short_of(filed.application)}).status_code == 404


def test_what_is_no_case_leads_back_to_the_queue(filed: Walk) -> None:
    page = signed_in(filed.office.desk).get(ASSIGN, {"case": "???"}, follow=True)
    assert page.redirect_chain == [("/cases/", 302)]
    assert "受付箱で選んでください" in page.content.decode()


@pytest.mark.parametrize("count", [1, 3, 50])
def test_the_page_asks_as_much_for_fifty_cases(filed: Walk, count: int, django_assert_num_queries) -> None:
    if count > 1:
        clone(filed.application, count - 1)
    desk = signed_in(filed.office.desk)
    asked = {
        "case": [short_of(case) for case in Application.objects.all()],
        "to": f"{filed.lead_id}:{filed.office.colleague.pk}",
    }
    desk.get(ASSIGN, asked)
    with django_assert_num_queries(QUERIES):
        assert desk.get(ASSIGN, asked).status_code == 200
