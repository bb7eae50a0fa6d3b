"""監督の画面: from the list to an act, what a page says when it is refused, what is never shown, and how often it asks."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from certification import demo_supervision
from certification.demo import Office, Walk, sample_pdf
from certification.models import InspectionFinding, Measure, MeasureEvent, MeasureFile, Plan, Tip
from certification.rules.supervision import Act, MeasureKind
from tests.certification.pages.test_certified import multiply, signed_in

pytestmark = pytest.mark.django_db
SECRET = "ひみつの通報者カナリア"


@pytest.fixture
def certified(proposed: Walk) -> Walk:
    return proposed.decide()


@pytest.fixture
def supervised(certified: Walk) -> Plan:
    """With an order in force, a demanded report that is late, and tips."""
    office, found = certified.office, certified.application.plan
    demo_supervision.tips(office, found, at=certified.at)
    Tip.objects.update(informant=SECRET)
    demo_supervision.ordered(office, found, at=certified.at)
    demo_supervision.asked(office, found, at=certified.at, days=1)
    return found


def url(name: str, *args: object) -> str:
    return reverse(f"certification:{name}", args=args)


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_list_puts_what_is_late_first_and_says_why(certified: Walk, supervised: Plan) -> None:
    page = text_of(signed_in(certified.office.viewer), url("supervision"))
    for words in ("期限切れの措置", "改善命令中", "他法令の命令", "苦情・通報", supervised.certified_number):
        assert words in page
    assert "駅前の3階建てのアパート" in page
    assert "通報を記録する" not in page
    assert "通報を記録する" in text_of(signed_in(certified.office.desk), url("supervision"))


def test_filters_narrow_and_nonsense_does_not_break(certified: Walk, supervised: Plan) -> None:
    client, address = signed_in(certified.office.desk), url("supervision")
    assert "見つかりませんでした" in client.get(address, {"risk": "no_report"}).content.decode()
    assert "見つかりませんでした" in client.get(address, {"q": "どこにもない"}).content.decode()
    assert client.get(address, {"risk": "zzz"}).status_code == 200
    assert len(client.get(address, {"risk": "all"}).context["rows"]) == 1


def test_the_desk_drafts_an_order_and_is_told_what_lacks(certified: Walk, supervised: Plan) -> None:
    client = signed_in(certified.office.desk)
    address = url("measure_new", supervised.public_id, "order")
    tip = Tip.objects.filter(plan=supervised)[0]
    refused = client.post(address, {"seen": 0, "key": uuid.uuid4(), "facts": "帳簿がない。", "demand": ""})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "ここにない理由では、この処分はできません" in page
    assert "帳簿がない。" in page
    told = {
        "seen": 0,
        "key": uuid.uuid4(),
        "facts": "帳簿がない。",
        "demand": "備えること。",
        "grounds": ["48"],
        "tip_id": str(tip.public_id),
    }
    answer = client.post(address, told)
    measure = Measure.objects.get(facts="帳簿がない。")
    assert str(tip.public_id) in text_of(client, url("measure", measure.public_id))
    assert answer.headers["Location"] == url("measure", measure.public_id)
    assert client.get(url("measure_new", supervised.public_id, "zzz")).status_code == 404


def test_a_button_that_cannot_be_pressed_says_why(certified: Walk, supervised: Plan) -> None:
    order = Measure.objects.get(kind=MeasureKind.ORDER)
    page = text_of(signed_in(certified.office.desk), url("measure", order.public_id))
    assert "改善を確かめた" in page
    client = signed_in(certified.office.viewer)
    page = text_of(client, url("measure", order.public_id))
    assert "次にできること" not in page
    act = text_of(client, url("measure_act", order.public_id, "confirm"))
    assert "主管課の窓口担当だけができます" in act


def test_an_act_keeps_what_was_typed_when_somebody_was_first(certified: Walk, supervised: Plan) -> None:
    order = Measure.objects.get(kind=MeasureKind.ORDER)
    address = url("measure_act", order.public_id, "confirm")
    client = signed_in(certified.office.desk)
    data = {"seen": 0, "key": uuid.uuid4(), "happened_on": "令和8年7月1日", "text": "帳簿を確かめた。"}
    answer = client.post(address, data)
    assert answer.status_code == 409
    assert "帳簿を確かめた。" in answer.content.decode()
    assert "他の担当者が先に処理しました" in answer.content.decode()
    wrong = client.post(address, {**data, "seen": order.revision, "happened_on": "きのうごろ"})
    assert wrong.status_code == 422
    assert "きのうごろ" in wrong.content.decode()
    done = client.post(address, {**data, "seen": order.revision})
    assert done.status_code == 302
    order.refresh_from_db()
    assert order.outcome == "met"


def test_findings_are_written_and_consent_is_asked(certified: Walk, supervised: Plan) -> None:
    at = timezone.now() - dt.timedelta(days=10)
    measure = demo_supervision.carried_out(certified.office, supervised, at=at)
    client, address = signed_in(certified.office.desk), url("measure_findings", measure.public_id)
    number = measure.findings.get(unit="101").number
    data = {"seen": measure.revision, f"row-{number}": "fit", f"consent-{number}": "absent"}
    refused = client.post(address, data)
    assert refused.status_code == 422
    assert "101は、入居者の承諾がないので立ち入れません" in refused.content.decode()
    assert client.post(address, {**data, f"row-{number}": "unseen"}).status_code == 302
    assert InspectionFinding.objects.get(measure=measure, number=number).finding == "unseen"


def test_a_photo_is_kept_opened_and_put_on_record(certified: Walk, supervised: Plan) -> None:
    order = Measure.objects.get(kind=MeasureKind.ORDER)
    client = signed_in(certified.office.desk)
    address = url("measure_attach", order.public_id)
    file = SimpleUploadedFile("帳簿.pdf", sample_pdf("帳簿"))
    assert client.post(address, {"label": "帳簿の写し", "file": file}).status_code == 302
    kept = MeasureFile.objects.get()
    opened = signed_in(certified.office.viewer).get(url("measure_file", kept.public_id))
    assert opened.status_code == 200
    assert b"".join(opened.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(action="certification.supervision_file_opened").exists()
    bad = client.post(address, {"label": "帳簿", "file": SimpleUploadedFile("a.exe", b"MZ")})
    assert bad.status_code == 422
    assert "受け取れない形式です" in bad.content.decode()


# --- What is never shown ---


def test_informants_stand_on_one_page_and_for_the_lead_department(certified: Walk, supervised: Plan) -> None:
    office = certified.office
    tip = Tip.objects.filter(plan=supervised)[0]
    pages = [
        url("supervision"),
        url("supervision_plan", supervised.public_id),
        url("supervision_sheet", supervised.public_id),
        url("certified_plan", supervised.public_id),
        *(url("measure", measure.public_id) for measure in Measure.objects.all()),
    ]
    for page in pages:
        assert SECRET not in text_of(signed_in(office.desk), page)
    assert SECRET in text_of(signed_in(office.desk), url("tip", tip.public_id))
    for user in (office.viewer, office.reviewers[certified.second_id]):
        page = text_of(signed_in(user), url("tip", tip.public_id))
        assert SECRET not in page
        assert "主管課だけが見られます" in page


def test_the_operator_sees_the_order_and_no_more(certified: Walk, supervised: Plan) -> None:
    client = signed_in(certified.user)
    page = text_of(client, url("own_certified", supervised.public_id))
    assert "改善命令" in page
    assert "命ずる措置" in page
    for hidden in (SECRET, "見守りの訪問が9月から来ていない", "大樹 長一郎", "消防法第8条"):
        assert hidden not in page
    for name in ("supervision", "tip_new"):
        assert client.get(url(name)).status_code == 404
    for measure in Measure.objects.all():
        assert client.get(url("measure", measure.public_id)).status_code == 404


def test_exports_never_name_an_informant(certified: Walk, supervised: Plan) -> None:
    office = certified.office
    for user, address, data in (
        (office.desk, url("ledger"), {"purpose": "check"}),
        (office.auditor, reverse("accounts:audit_export"), {"purpose": "check", "reason": "点検"}),
    ):
        answer = signed_in(user).post(address, data)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        assert SECRET.encode() not in body
    for name in ("register_csv", "register_json"):
        answer = Client().get(url(name))
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        assert SECRET.encode() not in body


def test_the_sheet_names_the_house_and_nobody(certified: Walk, supervised: Plan) -> None:
    page = text_of(signed_in(certified.office.desk), url("supervision_sheet", supervised.public_id))
    content = supervised.register_entry.version.value
    assert supervised.certified_number in page
    assert content.buildings[0].address in page
    assert "消防法に基づく命令" in page
    assert "入居者の家族" not in page


# --- How often they ask ---


def queries(user: User, address: str) -> int:
    client = signed_in(user)
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_list_asks_as_often_for_fifty_plans_as_for_one(certified: Walk, supervised: Plan) -> None:
    counts = []
    for size in (1, 3, 50):
        multiply(certified, size)
        counts.append(queries(certified.office.desk, url("supervision") + "?risk=all"))
    assert len(set(counts)) == 1, counts


def test_pages_of_a_plan_ask_as_often_with_many_measures(certified: Walk, supervised: Plan) -> None:
    order = Measure.objects.get(kind=MeasureKind.ORDER)
    pages = [
        (certified.office.desk, url("supervision_plan", supervised.public_id)),
        (certified.office.desk, url("measure", order.public_id)),
        (certified.user, url("own_certified", supervised.public_id)),
    ]
    counts: dict[str, set[int]] = {}
    for more in (0, 2, 47):
        hang_on(order, more, certified.office)
        for user, address in pages:
            counts.setdefault(address, set()).add(queries(user, address))
    assert all(len(found) == 1 for found in counts.values()), counts


def hang_on(measure: Measure, more: int, office: Office) -> None:
    """Measures, tips, events and files of the same plan."""
    for _ in range(more):
        other = demo_supervision.begin(office, measure.plan, MeasureKind.GUIDANCE, at=measure.drafted_at)
        for one in (other, measure):
            MeasureEvent.objects.create(
                measure=one,
                key=uuid.uuid4(),
                act=Act.GUIDE,
                at=measure.drafted_at,
                by=office.desk,
                is_told=True,
                told="お願い",
            )
        demo_supervision.tips(office, measure.plan, at=measure.drafted_at)
        MeasureFile.objects.create(
            measure=measure,
            label="写真",
            original_name="a.pdf",
            stored_name=uuid.uuid4().hex,
            content_type="application/pdf",
            size=1,
            sha256=uuid.uuid4().hex,
            uploaded_by=office.desk,
            uploaded_at=measure.drafted_at,
        )
