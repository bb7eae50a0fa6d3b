"""認定計画: the office's list and page of what it has certified, the operator's page, and the beginning of a procedure."""

from __future__ import annotations

import dataclasses
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


# --- The pages of a procedure ---


def begun(walk: Walk, procedure: Procedure) -> Application:
    address = reverse(
        "certification:procedure_begin", args=[walk.application.plan.public_id, procedure.value]
    )
    signed_in(walk.user).post(address, {"key": uuid.uuid4()})
    return Application.objects.get(procedure=procedure)


def statement_page(case: Application) -> str:
    return reverse("certification:plan_statement", args=[case.public_id])


def test_a_change_tells_for_each_difference_what_it_needs(certified: Walk) -> None:
    change = begun(certified, Procedure.CHANGE)
    plan = change.current_version.value
    certified.application = change
    contact = dataclasses.replace(plan.contact, phone="0422-00-0001")
    price = dataclasses.replace(plan.price, monthly_yen=(plan.price.monthly_yen or 0) + 1)
    certified.write(dataclasses.replace(plan, contact=contact, price=price))
    page = signed_in(certified.user).get(reverse("certification:plan_submit", args=[change.public_id]))
    kinds = {row["label"]: row["kind"]["label"] for row in page.context["classified"]}
    assert kinds == {"援助の対価": "変更認定", "入居の問合せ先 電話番号": "軽微な変更(届出)"}
    text = page.content.decode()
    assert "共管省令21条1項7号" in text
    assert page.context["overall"] == "変更認定"


def test_what_cannot_be_is_said_at_the_statement_and_kept(certified: Walk) -> None:
    other = begun(certified, Procedure.OTHER_USE)
    client = signed_in(certified.user)
    typed = {"seen": "0", "vacant_since": "きのうごろ", "reason": "申込みがないため。"}
    answer = client.post(statement_page(other), typed)
    assert answer.status_code == 422
    assert "きのうごろ" in answer.content.decode()
    assert "申込みがないため。" in answer.content.decode()
    other.current_version.refresh_from_db()
    assert other.current_version.statement == {}


def test_half_a_statement_is_saved_and_says_what_lacks(certified: Walk) -> None:
    other = begun(certified, Procedure.OTHER_USE)
    client = signed_in(certified.user)
    assert (
        client.post(statement_page(other), {"seen": "0", "reason": "申込みがないため。"}).status_code == 302
    )
    page = client.get(statement_page(other)).content.decode()
    assert "「空いている期間の始まり」を入れてください。" in page
    stale = client.post(statement_page(other), {"seen": "0", "reason": "おそい人"})
    assert stale.status_code == 409
    assert "おそい人" in stale.content.decode()


def test_a_certification_has_no_such_page(certified: Walk) -> None:
    assert signed_in(certified.user).get(statement_page(certified.application)).status_code == 404


def test_nobody_else_reads_a_statement(
    certified: Walk, outsider: tuple[Operator, User], other_office: Office
) -> None:
    page = statement_page(begun(certified, Procedure.SUCCESSION))
    for user in (outsider[1], other_office.desk, certified.office.desk):
        assert signed_in(user).get(page).status_code == 404


def test_the_office_reads_the_statement_on_the_case(certified: Walk) -> None:
    other = begun(certified, Procedure.OTHER_USE)
    version = other.current_version
    version.statement = {"reason": "空いたままになっているため。"}
    version.frozen_at, version.content_hash = certified.at, version.fingerprint
    version.save()
    for row in certified.application.department_reviews.all():
        DepartmentReview.objects.create(application=other, department=row.department)
    Application.objects.filter(pk=other.pk).update(
        state="submitted", submitted_at=certified.at, table=certified.application.table_id
    )
    page = signed_in(certified.office.desk).get(reverse("certification:case", args=[other.public_id]))
    assert "空いたままになっているため。" in page.content.decode()
