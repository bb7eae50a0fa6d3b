"""The pages of 届出・報告: for the operator, for the office, and the public notices."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEvent, User
from certification import demo_notifications
from certification.demo import Walk
from certification.models import Notification, Operator, Plan, PublicNotice, RegisterEntry
from certification.rules.notifications import NotificationKind
from certification.services import notifications, reporting

pytestmark = pytest.mark.django_db

FAR = dt.date(2099, 3, 31)


@pytest.fixture
def certified(proposed: Walk) -> Walk:
    return proposed.decide()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def office_page(row: Notification) -> str:
    return reverse("certification:notification", args=[row.public_id])


def own_page(row: Notification) -> str:
    return reverse("certification:own_notification", args=[row.public_id])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_operator_begins_saves_files_and_takes_back(certified: Walk) -> None:
    client, plan = signed_in(certified.user), certified.application.plan
    begin = reverse("certification:notification_begin", args=[plan.public_id, "abolition"])
    key = client.get(begin).context["fields"][0]["value"]
    page = client.post(begin, {"key": key})["Location"]
    said = {"ends_on": "きのうごろ", "reason": "閉じるため。", "act": "save", "seen": "0"}
    wrong = client.post(page, said)
    assert wrong.status_code == 422
    assert "閉じるため。" in text(wrong)
    assert client.post(page, {**said, "ends_on": ""}).status_code == 302
    lacking = client.post(page, {**said, "ends_on": "", "act": "file", "seen": "1"})
    assert lacking.status_code == 422
    assert "「廃止の日」を入れてください。" in text(lacking)
    whole = {**said, "ends_on": "2099-03-31", "residents": "みな住み続けます。", "act": "file"}
    stale = client.post(page, {**whole, "seen": "0"})
    assert stale.status_code == 409
    assert "みな住み続けます。" in text(stale)
    assert client.post(page, {**whole, "seen": "1"}).status_code == 302
    assert "届出済" in text(client.get(page))
    assert client.post(page, {"act": "withdraw", "seen": "2"}).status_code == 302
    assert Notification.objects.get().status == "withdrawn"


def test_the_submit_page_offers_a_lesser_change_as_a_notification(certified: Walk) -> None:
    row = demo_notifications.lesser_change(certified)
    notifications.hand_back(
        notification_id=row.public_id,
        reason="変更予定日を確かめてください。",
        needs_certification=False,
        actor=certified.actor(certified.office.desk),
        now=certified.at,
        seen=row.revision,
    )
    client = signed_in(certified.user)
    own = client.get(own_page(row))
    assert "変更予定日を確かめてください。" in text(own)
    assert client.post(own_page(row), {"act": "rewrite", "key": str(own.context["key"])}).status_code == 302
    submit = reverse("certification:plan_submit", args=[certified.application.public_id])
    page = client.get(submit)
    assert "軽微な変更として届け出ますか" in text(page)
    data = {"act": "notify", "seen": page.context["seen"], "key": str(page.context["key"])}
    assert client.post(submit, data).status_code == 302
    row.refresh_from_db()
    assert row.status == "filed"
    told = text(client.get(reverse("certification:plan", args=[certified.application.public_id])))
    history = told.partition("これまでのこと")[2]
    assert "軽微な変更として届け出ました" in history
    assert certified.user.name in history
    assert "届出を書き直し始めました" in history


def test_the_desk_sees_changes_with_their_grounds_and_receives(certified: Walk) -> None:
    row = demo_notifications.lesser_change(certified)
    client = signed_in(certified.office.desk)
    listed = text(client.get(reverse("certification:notifications")))
    assert "軽微変更届" in listed
    page = text(client.get(office_page(row)))
    assert "共管省令21条1項6号" in page
    assert AuditEvent.objects.filter(action="certification.notification_viewed").count() == 1
    seen = str(row.revision)
    empty = client.post(office_page(row), {"act": "return", "seen": seen, "reason": ""})
    assert empty.status_code == 422
    assert client.post(office_page(row), {"act": "receive", "seen": "0"}).status_code == 409
    assert client.post(office_page(row), {"act": "receive", "seen": seen}).status_code == 302
    assert "受理を待つ届出はありません" in text(client.get(reverse("certification:notifications")))


def test_others_of_the_office_read_and_do_not_receive(certified: Walk) -> None:
    row = demo_notifications.ending(certified, ends_on=FAR)
    client = signed_in(certified.office.viewer)
    assert "受理しますか" not in text(client.get(office_page(row)))
    assert client.post(office_page(row), {"act": "receive", "seen": "1"}).status_code == 404


def test_an_incapacity_is_no_page_and_no_line_for_others(certified: Walk) -> None:
    desk, plan = signed_in(certified.office.desk), certified.application.plan
    paper = reverse("certification:notification_paper", args=[plan.public_id, "incapacity"])
    key = desk.get(paper).context["key"]
    said = {
        "filed_by": "relative",
        "name": "カナリア花子",
        "happened_on": "2026-04-01",
        "condition": "カナリア",
    }
    assert desk.post(paper, {**said, "key": str(key)}).status_code == 302
    row = Notification.objects.get()
    assert "カナリア花子" in text(desk.get(office_page(row)))
    everything = reverse("certification:notifications") + "?tab=all"
    for user in (certified.office.viewer, *certified.office.reviewers.values()):
        client = signed_in(user)
        assert client.get(office_page(row)).status_code == 404
        for page in (everything, reverse("certification:certified_plan", args=[plan.public_id])):
            # The kind is a choice of the filter; a line of the list would link to the notification.
            assert str(row.public_id) not in text(client.get(page))
    assert "カナリア" not in text(desk.get(everything))
    assert signed_in(certified.user).get(own_page(row)).status_code == 404


def _reported(walk: Walk) -> Notification:
    Plan.objects.filter(pk=walk.application.plan_id).update(certified_on=dt.date(2026, 3, 1))
    reporting.open_reports(now=timezone.now())
    return Notification.objects.get(kind=NotificationKind.ANNUAL_REPORT)


def test_the_board_of_reports_takes_a_chase_and_gives_a_file(certified: Walk) -> None:
    row = _reported(certified)
    client = signed_in(certified.office.desk)
    board = reverse("certification:reports")
    assert row.plan.certified_number in text(client.get(board))
    wrong = client.post(board, {"report": str(row.public_id), "on": "いつか", "way": "phone"})
    assert wrong.status_code == 422
    today = timezone.localdate().isoformat()
    assert client.post(board, {"report": str(row.public_id), "on": today, "way": "phone"}).status_code == 302
    assert "電話" in text(client.get(board))
    export = reverse("certification:reports_export")
    assert client.post(export, {"purpose": ""}).status_code == 422
    answer = client.post(export, {"purpose": "check"})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active  # type: ignore[attr-defined]
    assert sheet["A2"].value == row.plan.certified_number
    event = AuditEvent.objects.get(action="certification.reports_exported")
    assert (event.details["rows"], event.details["purpose"]) == (1, "check")


def test_everybody_reads_the_notice_of_a_plan_that_ended(certified: Walk) -> None:
    row = demo_notifications.ending(certified, ends_on=certified.at.date())
    page = reverse("certification:notices")
    assert "公示はありません" in text(Client().get(page))
    notifications.receive(
        notification_id=row.public_id,
        actor=certified.actor(certified.office.desk),
        now=certified.at,
        seen=row.revision,
    )
    shown = text(Client().get(page))
    notice = PublicNotice.objects.get()
    for words in (notice.certified_number, "株式会社みほん住まい", "廃止"):
        assert words in shown


@pytest.mark.parametrize("name", ["notifications", "reports", "notices"])
def test_as_many_queries_for_many_rows(certified: Walk, name: str, owner: tuple[Operator, User]) -> None:
    """Rows are copies of one plan with what was told of it."""
    client = signed_in(certified.office.desk)
    page = reverse(f"certification:{name}")
    counts = []
    for size in (1, 3, 50):
        _fill(certified, size)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 14


def _fill(walk: Walk, size: int) -> None:
    from benchmarks.population import clone

    plans = Plan.objects.exclude(status=Plan.Status.NOT_CERTIFIED)
    if plans.count() < size:
        clone(walk.application, size - plans.count())
    now = timezone.now()
    for plan in plans.filter(notifications__isnull=True):
        number = f"N{plan.pk}"
        version = plan.versions.order_by("-number")[0]
        RegisterEntry.objects.get_or_create(plan=plan, defaults={"version": version, "changed_at": now})
        shared = {"municipality": plan.municipality, "plan": plan}
        Notification.objects.create(
            **shared,
            kind=NotificationKind.ANNUAL_REPORT,
            fiscal_year=reporting.reported_year(timezone.localdate()),
            created_at=now,
        )
        Notification.objects.create(
            **shared,
            kind=NotificationKind.ABOLITION,
            status="filed",
            filed_at=now,
            filed_by=walk.user,
            effective_on=FAR,
            created_at=now,
        )
        PublicNotice.objects.create(
            **shared, kind="abolished", certified_number=number, ended_on=FAR, published_at=now
        )
