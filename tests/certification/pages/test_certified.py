"""認定計画: the office's list and page of what it has certified, the operator's page, and the beginning of a procedure."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, User
from certification.demo import Office, Walk
from certification.models import Application, DepartmentReview, Operator, Plan, RegisterEntry
from certification.rules.procedures import Procedure

pytestmark = pytest.mark.django_db


@pytest.fixture
def certified(proposed: Walk) -> Walk:
    return proposed.decide()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(walk: Walk) -> str:
    return reverse("certification:certified_plan", args=[walk.application.plan.public_id])


def own_page(walk: Walk) -> str:
    return reverse("certification:own_certified", args=[walk.application.plan.public_id])


def begin_page(walk: Walk) -> str:
    return reverse("certification:procedure_begin", args=[walk.application.plan.public_id, "change"])


def test_the_office_finds_a_plan_by_name_kana_address_and_number(certified: Walk) -> None:
    client = signed_in(certified.office.desk)
    plan = certified.application.current_version.value
    building = plan.buildings[0]
    for words in (
        building.name,
        building.kana,
        building.address,
        certified.application.plan.certified_number,
    ):
        answer = client.get(reverse("certification:certified_plans"), {"q": words})
        assert [row["name"] for row in answer.context["rows"]] == [building.name], words
    nothing = client.get(reverse("certification:certified_plans"), {"q": "どこにもない"})
    assert "見つかりませんでした" in nothing.content.decode()


def test_what_is_not_certified_is_not_in_the_list(proposed: Walk) -> None:
    answer = signed_in(proposed.office.desk).get(reverse("certification:certified_plans"))
    assert "認定した計画はまだありません" in answer.content.decode()


def test_ended_plans_stay_in_the_list_and_are_found_by_their_state(certified: Walk) -> None:
    Plan.objects.update(status=Plan.Status.ABOLISHED)
    client = signed_in(certified.office.desk)
    address = reverse("certification:certified_plans")
    assert len(client.get(address, {"status": "abolished"}).context["rows"]) == 1
    assert client.get(address, {"status": "certified"}).context["rows"] == []


def test_reading_a_plan_is_an_event(certified: Walk) -> None:
    answer = signed_in(certified.office.viewer).get(page_of(certified))
    assert certified.application.receipt_number in answer.content.decode()
    event = AuditEvent.objects.order_by("-pk")[0]
    assert event.action == "certification.plan_viewed"
    assert event.subject_label == certified.application.plan.certified_number


def test_a_draft_of_the_operator_is_not_shown_to_the_office(certified: Walk) -> None:
    signed_in(certified.user).post(begin_page(certified), {"key": uuid.uuid4()})
    assert Application.objects.filter(procedure=Procedure.CHANGE).count() == 1
    answer = signed_in(certified.office.desk).get(page_of(certified))
    assert "変更認定申請" not in answer.content.decode()


def test_the_operator_begins_a_change_from_the_page_of_the_plan(certified: Walk) -> None:
    client = signed_in(certified.user)
    assert begin_page(certified) in client.get(own_page(certified)).content.decode()
    answer = client.post(begin_page(certified), {"key": uuid.uuid4()})
    change = Application.objects.get(procedure=Procedure.CHANGE)
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("certification:plan", args=[change.public_id])
    page = client.get(own_page(certified)).content.decode()
    assert "進んでいる手続があります" in page
    refused = client.post(begin_page(certified), {"key": uuid.uuid4()})
    assert "まだ終わっていない手続があります" in refused.content.decode()


def test_a_plan_that_ended_offers_no_procedure(certified: Walk) -> None:
    Plan.objects.update(status=Plan.Status.REVOKED)
    client = signed_in(certified.user)
    assert "計画を変える" not in client.get(own_page(certified)).content.decode()
    assert client.get(begin_page(certified)).status_code == 404


def test_another_operator_and_another_city_find_nothing(
    certified: Walk, outsider: tuple[Operator, User], other_office: Office
) -> None:
    assert signed_in(outsider[1]).get(own_page(certified)).status_code == 404
    assert signed_in(other_office.desk).get(page_of(certified)).status_code == 404
    rows = signed_in(other_office.desk).get(reverse("certification:certified_plans")).context["rows"]
    assert rows == []


def test_the_list_asks_as_often_for_fifty_plans_as_for_one(certified: Walk) -> None:
    client, address = signed_in(certified.office.desk), reverse("certification:certified_plans")
    client.get(address)
    counts = []
    for size in (1, 3, 50):
        multiply(certified, size)
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(address).context["rows"]) == size
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


def multiply(walk: Walk, size: int) -> None:
    """Copies of the certified plan until there are `size`."""
    original = walk.application
    for number in range(Plan.objects.count(), size):
        plan = Plan.objects.get(pk=original.plan_id)
        plan.pk, plan.public_id, plan.certified_number = None, uuid.uuid4(), f"R8-9{number:03d}"
        plan.save()
        version = original.current_version
        version = type(version)(
            plan=plan,
            number=1,
            content=version.content,
            edited_at=version.edited_at,
            frozen_at=version.frozen_at,
            content_hash=version.content_hash,
        )
        version.save()
        case = Application.objects.get(pk=original.pk)
        case.pk, case.public_id, case.plan, case.current_version = None, uuid.uuid4(), plan, version
        case.receipt_number = f"R8-認-9{number:03d}"
        case.save()
        DepartmentReview.objects.create(application=case, department_id=walk.lead_id)
        RegisterEntry.objects.create(plan=plan, version=version, changed_at=walk.at)


def test_pages_of_a_plan_ask_as_often_with_many_procedures(certified: Walk) -> None:
    counts: dict[str, set[int]] = {}
    for _ in range(3):
        for user, address in (
            (certified.office.desk, page_of(certified)),
            (certified.user, own_page(certified)),
        ):
            client = signed_in(user)
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.setdefault(address, set()).add(len(queries))
        case = Application.objects.get(pk=certified.application.pk)
        case.pk, case.public_id = None, uuid.uuid4()
        case.receipt_number = f"R8-変-{case.public_id.hex[:6]}"
        case.save()
        DepartmentReview.objects.create(application=case, department_id=certified.lead_id)
    assert all(len(found) == 1 for found in counts.values()), counts


def test_only_what_is_offered_can_be_begun(certified: Walk) -> None:
    address = reverse(
        "certification:procedure_begin", args=[certified.application.plan.public_id, "certification"]
    )
    assert signed_in(certified.user).get(address).status_code == 404
