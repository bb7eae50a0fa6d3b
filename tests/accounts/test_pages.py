"""The pages: who may open them, what they show, what they do. All in Japanese, nothing of next door."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import selectors
from accounts.audit import Subject, record
from accounts.models import Appointment, AuditEvent, Notice, Role, User
from accounts.outbox import notify

from .town import NOW, TODAY, Town, add_person, appoint_directly

Browser = Callable[[User], Any]

LISTS = {
    "accounts:inbox": {"administrator", "auditor", "clerk"},
    "accounts:people": {"administrator"},
    "accounts:appoint": {"administrator"},
    "accounts:transfer": {"administrator"},
    "accounts:outbox": {"administrator"},
    "accounts:audit": {"auditor"},
}


def text_of(response: Any) -> str:
    return response.content.decode()


def send(town: Town, user: User, *, key: str = "k", path: str = "/people/", **extra: Any) -> Notice:
    notice = notify(
        recipient_id=user.pk,
        key=key,
        subject="あなたの番です",
        body="判定してください。",
        path=path,
        municipality_id=town.municipality.pk,
        now=NOW,
        mail=False,
    )
    assert notice is not None
    if extra:
        Notice.objects.filter(pk=notice.pk).update(**extra)
    return notice


# --- Doors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["administrator", "auditor", "clerk"])
@pytest.mark.parametrize("name", LISTS)
def test_each_page_opens_to_its_people_only(town: Town, browser: Browser, name: str, who: str) -> None:
    response = browser(getattr(town, who)).get(reverse(name))
    assert response.status_code == (200 if who in LISTS[name] else 404)


@pytest.mark.parametrize("name", [*LISTS, "accounts:appoint", "accounts:transfer"])
def test_the_head_of_a_page_is_that_of_the_page(town: Town, browser: Browser, name: str) -> None:
    who = town.auditor if name == "accounts:audit" else town.administrator
    client = browser(who)
    answer, head = client.get(reverse(name)), client.head(reverse(name))
    assert (head.status_code, head.content) == (answer.status_code, b"") == (200, b"")
    assert client.put(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", LISTS)
def test_who_is_not_signed_in_goes_to_the_login(db: None, client: Any, name: str) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response.url == f"/accounts/login/?next={reverse(name)}"


def test_superuser_without_post_has_no_pages(town: Town, browser: Browser) -> None:
    root = add_person("管理 花子", "root@example.jp", is_superuser=True, is_staff=True)
    assert browser(root).get(reverse("accounts:people")).status_code == 404
    assert browser(root).get(reverse("accounts:audit")).status_code == 404


@pytest.mark.parametrize("who", ["administrator", "auditor", "clerk"])
def test_what_is_next_door_does_not_exist(town: Town, other_town: Town, browser: Browser, who: str) -> None:
    client = browser(getattr(town, who))
    appointment = other_town.clerk.appointments.get()
    notice = send(other_town, other_town.clerk, mail_state="failed")
    for url, acts in (
        (reverse("accounts:end", args=[appointment.public_id]), ("get", "post")),
        (reverse("accounts:invite", args=[other_town.clerk.public_id]), ("post",)),
        (reverse("accounts:outbox_retry", args=[notice.public_id]), ("post",)),
        (reverse("accounts:inbox_open", args=[notice.public_id]), ("post",)),
    ):
        for act in acts:
            assert getattr(client, act)(url, {"until": "2026-11-24"}).status_code == 404, (act, url)
    assert Appointment.objects.get(pk=appointment.pk).until is None
    assert Notice.objects.get(pk=notice.pk).read_at is None


@pytest.mark.parametrize("name", LISTS)
def test_nothing_of_next_door_is_shown(town: Town, other_town: Town, browser: Browser, name: str) -> None:
    send(other_town, other_town.clerk, mail_state="failed")
    record(
        action="accounts.appointed",
        subject=Subject("x", "1", "京都市の秘密"),
        actor=other_town.actor(other_town.administrator),
        now=NOW,
    )
    who = sorted(LISTS[name])[0]
    response = browser(getattr(town, who)).get(reverse(name))
    assert response.status_code == 200
    assert "京都市" not in text_of(response)
    assert "kyoto.example.jp" not in text_of(response)


@pytest.mark.parametrize("name", LISTS)
def test_pages_are_japanese_and_have_nothing_inline(town: Town, browser: Browser, name: str) -> None:
    who = sorted(LISTS[name])[0]
    html = text_of(browser(getattr(town, who)).get(reverse(name)))
    assert re.search(r"<h1>[^<]*[ぁ-ん一-龠]", html)
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son[a-z]+=", html)
    words = re.sub(r"<script.*?</script>|<[^>]+>", " ", html, flags=re.S)
    english = set(re.findall(r"\b[A-Za-z]{4,}\b", words)) - {
        "Enter",
        "Esc",
        "example",
        "kurume",
        "admin",
        "audit",
        "clerk",
        "review",
    }
    assert english == set()


# --- Inbox ------------------------------------------------------------------------------------------------------------


def test_opening_a_notice_marks_it_read_and_leads_on(town: Town, browser: Browser) -> None:
    notice = send(town, town.administrator)
    client = browser(town.administrator)
    assert "未読" in text_of(client.get(reverse("accounts:inbox")))
    response = client.post(reverse("accounts:inbox_open", args=[notice.public_id]))
    assert (response.status_code, response.url) == (302, "/people/")
    notice.refresh_from_db()
    assert notice.read_at == NOW
    assert "未読" not in text_of(client.get(reverse("accounts:inbox")))


def test_a_colleagues_notice_is_not_mine(town: Town, browser: Browser) -> None:
    notice = send(town, town.clerk)
    client = browser(town.administrator)
    assert client.post(reverse("accounts:inbox_open", args=[notice.public_id])).status_code == 404
    assert "あなたの番です" not in text_of(client.get(reverse("accounts:inbox")))


def test_all_can_be_marked_read(town: Town, browser: Browser) -> None:
    for number in range(3):
        send(town, town.clerk, key=f"k{number}")
    other = send(town, town.auditor, key="other")
    response = browser(town.clerk).post(reverse("accounts:inbox_read_all"), follow=True)
    assert "3件を既読にしました" in text_of(response)
    other.refresh_from_db()
    assert other.read_at is None


def test_inbox_pages_by_key(town: Town, browser: Browser) -> None:
    for number in range(selectors.PAGE + 2):
        send(town, town.clerk, key=f"k{number:03}", subject=f"お知らせ番号{number:03}")
    client = browser(town.clerk)
    first = text_of(client.get(reverse("accounts:inbox")))
    [next_url] = re.findall(r'href="(/inbox/\?before=\d+)"', first)
    second = text_of(client.get(next_url))
    seen = [re.findall(r"お知らせ番号(\d+)", html) for html in (first, second)]
    assert [len(each) for each in seen] == [selectors.PAGE, 2]
    assert sorted(seen[0] + seen[1]) == [f"{number:03}" for number in range(selectors.PAGE + 2)]


@pytest.mark.parametrize(("unread", "shown"), [(0, None), (7, "7"), (99, "99"), (100, "99+")])
def test_count_of_unread_is_capped(town: Town, browser: Browser, unread: int, shown: str | None) -> None:
    for number in range(unread):
        send(town, town.clerk, key=f"k{number}")
    context = browser(town.clerk).get(reverse("accounts:inbox")).context
    assert context["inbox_count"]() == (shown or "")


def test_applicants_have_an_inbox_in_the_public_frame(town: Town, browser: Browser) -> None:
    applicant = add_person("申請 花子", "owner@example.jp")
    response = browser(applicant).get(reverse("accounts:inbox"))
    assert response.status_code == 200
    assert "base_public.html" in [template.name for template in response.templates]


# --- People -----------------------------------------------------------------------------------------------------------


def test_board_shows_now_planned_and_ended(town: Town, browser: Browser) -> None:
    people = {
        "now": town.clerk,
        "planned": add_person("未来 六子", "future@kurume.example.jp"),
        "ended": add_person("過去 七子", "past@kurume.example.jp"),
    }
    appoint_directly(people["planned"], town.welfare, Role.DESK, from_on=dt.date(2027, 4, 1))
    appoint_directly(people["ended"], town.welfare, Role.DESK, until=dt.date(2026, 9, 30))
    client = browser(town.administrator)
    for when in people:
        html = text_of(client.get(reverse("accounts:people"), {"when": when}))
        table = html[html.index("<tbody>") :]
        assert {name for name, user in people.items() if user.name in table} == {when}


def test_board_filters_by_department(town: Town, browser: Browser) -> None:
    html = text_of(
        browser(town.administrator).get(reverse("accounts:people"), {"department": town.housing.pk})
    )
    assert town.reviewer.name in html
    assert town.clerk.name not in html


@pytest.mark.parametrize(
    "query", ["department=9999999", "department=x", "page=0", "page=99999", "when=x", "page=%00"]
)
def test_odd_queries_are_harmless(town: Town, browser: Browser, query: str) -> None:
    assert browser(town.administrator).get(f"{reverse('accounts:people')}?{query}").status_code == 200


def appoint_data(town: Town, **changed: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "who": "new",
        "name": "神﨑 新子",
        "kana": "かんざき しんこ",
        "email": "New@kurume.example.jp",
    }
    data |= {"department": town.welfare.pk, "role": "desk", "from_on": "2026-11-24", "until": "", "note": ""}
    return {**data, **changed}


def test_new_person_is_registered_by_the_page(town: Town, browser: Browser) -> None:
    response = browser(town.administrator).post(reverse("accounts:appoint"), appoint_data(town), follow=True)
    html = text_of(response)
    assert "神﨑 新子さんを福祉総務課の窓口担当に任命しました。招待メールを送ります。" in html
    assert "パスワード未設定" in html
    user = User.objects.get(email="new@kurume.example.jp")
    again = browser(town.administrator).post(reverse("accounts:invite", args=[user.public_id]), follow=True)
    assert "もう一度送ります" in text_of(again)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"who": ""}, "任命する人を選んでください。"),
        ({"role": ""}, "役割を選んでください。"),
        ({"name": ""}, "氏名を入力してください。"),
        ({"name": "名\u202e前"}, "目に見えない文字"),
        ({"email": ""}, "メールアドレスを入力してください。"),
        ({"email": "x"}, "メールアドレスの形になっていません"),
        ({"email": "clerk@kurume.example.jp"}, "すでに使われている"),
        ({"kana": "Kanzaki"}, "カナで入力してください"),
        ({"from_on": "きのう"}, "日付として読めません"),
        ({"from_on": "令和9年4月"}, "日まで入力してください"),
        ({"until": "2026-11-01"}, "発令日以後"),
    ],
)
def test_bad_input_is_named_and_kept(
    town: Town, browser: Browser, changed: dict[str, str], sentence: str
) -> None:
    before = User.objects.count()
    response = browser(town.administrator).post(reverse("accounts:appoint"), appoint_data(town, **changed))
    html = text_of(response)
    assert response.status_code == 422
    assert sentence in html
    assert 'value="かんざき しんこ"' in html or "kana" in changed
    assert User.objects.count() == before


def test_department_of_next_door_is_no_choice(town: Town, other_town: Town, browser: Browser) -> None:
    response = browser(town.administrator).post(
        reverse("accounts:appoint"), appoint_data(town, department=other_town.welfare.pk)
    )
    assert response.status_code == 422
    assert not User.objects.filter(email="new@kurume.example.jp").exists()


def test_self_appointment_is_refused_on_the_page(town: Town, browser: Browser) -> None:
    data = appoint_data(town, who=str(town.administrator.public_id), role="decider")
    assert "ご自身を決裁者に任命することはできません" in text_of(
        browser(town.administrator).post(reverse("accounts:appoint"), data)
    )


def test_appointment_ends_by_the_page(town: Town, browser: Browser) -> None:
    appointment = town.clerk.appointments.get()
    url = reverse("accounts:end", args=[appointment.public_id])
    client = browser(town.administrator)
    assert town.clerk.name in text_of(client.get(url))
    client.post(url, {"until": "2026-11-30", "reason": "退職", "seen_until": ""})
    appointment.refresh_from_db()
    assert appointment.until == dt.date(2026, 11, 30)
    stale = client.post(url, {"until": "2026-12-31", "reason": "", "seen_until": ""})
    assert "先に変更しました" in text_of(stale)
    appointment.refresh_from_db()
    assert appointment.until == dt.date(2026, 11, 30)


# --- Transfers --------------------------------------------------------------------------------------------------------


def table_data(town: Town, client: Any, **kinds: dict[str, Any]) -> dict[str, Any]:
    """What a browser would send back from the table, with the rows of `kinds` changed."""
    response = client.get(reverse("accounts:transfer"))
    data = {"on": "2027-04-01", "seen": response.context["seen"], "step": "preview"}
    for appointment, form in response.context["rows"]:
        row = {"kind": "stay", "department": "", "role": "", "successor": ""}
        for who, changed in kinds.items():
            if appointment.user_id == getattr(town, who).pk:
                row |= changed
        data |= {f"{form.prefix}-{name}": value for name, value in row.items()}
    return data


def hidden_of(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html))


def test_sitting_by_the_pages(town: Town, browser: Browser) -> None:
    client = browser(town.administrator)
    moved = {"kind": "move", "department": town.housing.pk, "role": "reviewer"}
    url = reverse("accounts:transfer")
    preview = client.post(url, table_data(town, client, clerk=moved, reviewer={"kind": "leave"}))
    html = text_of(preview)
    assert preview.status_code == 200
    assert "まだ登録していません" in html
    assert "都市計画課 審査担当" in html
    assert town.clerk.appointments.count() == 1
    back = client.post(url, {**hidden_of(html), "step": "edit"})
    assert 'value="move" selected' in text_of(back)
    done = client.post(url, {**hidden_of(html), "step": "confirm"}, follow=True)
    assert "2件の異動を登録しました" in text_of(done)
    assert town.actor(town.clerk, dt.date(2027, 4, 1)).label == "都市計画課 審査担当"
    twice = client.post(url, {**hidden_of(html), "step": "confirm"})
    assert twice.status_code == 422
    assert "先に変更しました" in text_of(twice)
    assert town.clerk.appointments.count() == 2


def test_bad_rows_are_named_and_kept(town: Town, browser: Browser) -> None:
    client = browser(town.administrator)
    data = table_data(
        town,
        client,
        clerk={"kind": "move", "department": town.housing.pk},
        reviewer={"kind": "leave", "successor": "だれか"},
    )
    response = client.post(reverse("accounts:transfer"), data)
    html = text_of(response)
    assert response.status_code == 422
    assert "引継ぎ先が一覧にありません" in html
    assert 'value="だれか"' in html
    data = table_data(town, client, clerk={"kind": "move", "department": town.housing.pk})
    assert f"{town.clerk.name}(福祉総務課 窓口担当): 異動先の課と役割を選んでください。" in text_of(
        client.post(reverse("accounts:transfer"), data)
    )


def test_confirming_without_looking_checks_the_same(town: Town, browser: Browser) -> None:
    client = browser(town.administrator)
    data = {**table_data(town, client, administrator={"kind": "leave"}), "step": "confirm"}
    assert "ひとりもいない" in text_of(client.post(reverse("accounts:transfer"), data))
    assert town.administrator.appointments.get().until is None


@pytest.mark.parametrize(
    "day", ["x", "2026-02-30", "9999-12-31", "令和9年4月1日", "R9.4.1", "1873-01-01", "\x00"]
)
def test_odd_days_are_answered(town: Town, browser: Browser, day: str) -> None:
    response = browser(town.administrator).get(reverse("accounts:transfer"), {"on": day})
    assert response.status_code in (200, 422)


# --- Outbox -----------------------------------------------------------------------------------------------------------


def test_failed_mail_is_shown_and_sent_again(town: Town, browser: Browser) -> None:
    notice = send(
        town, town.clerk, mail_state="failed", attempts=8, last_error="メールサーバーに接続できませんでした。"
    )
    client = browser(town.administrator)
    html = text_of(client.get(reverse("accounts:outbox")))
    assert "メールサーバーに接続できませんでした。" in html
    assert "clerk@kurume.example.jp" in html
    url = reverse("accounts:outbox_retry", args=[notice.public_id])
    assert "再送の順番に入れました" in text_of(client.post(url, follow=True))
    notice.refresh_from_db()
    assert (notice.mail_state, notice.attempts, notice.send_after) == ("waiting", 0, NOW)
    assert "すでに再送しました" in text_of(client.post(url, follow=True))
    assert AuditEvent.objects.filter(action="accounts.notice_retried").count() == 1


# --- Audit trail ------------------------------------------------------------------------------------------------------


def fill_trail(town: Town, count: int, *, label: str = "サンプル荘", start: dt.datetime = NOW) -> None:
    for number in range(count):
        record(
            action="accounts.appointed",
            subject=Subject("test.thing", str(number), f"{label}{number:03}"),
            actor=town.actor(town.clerk),
            now=start - dt.timedelta(minutes=number),
        )


def labels_of(response: Any) -> list[str]:
    return [row["event"].subject_label for row in response.context["rows"]]


def test_search_by_person_action_subject_and_period(town: Town, browser: Browser) -> None:
    fill_trail(town, 2)
    record(
        action="accounts.signed_in",
        subject=Subject("x", "1", "別の対象"),
        actor=None,
        now=NOW,
        municipality_code="132225",
    )
    fill_trail(town, 1, label="古い記録", start=NOW - dt.timedelta(days=60))
    client, url = browser(town.auditor), reverse("accounts:audit")
    assert len(labels_of(client.get(url))) == 3
    assert labels_of(client.get(url, {"person": "窓口"})) == ["サンプル荘000", "サンプル荘001"]
    assert labels_of(client.get(url, {"action": "accounts.signed_in"})) == ["別の対象"]
    assert labels_of(client.get(url, {"subject": "荘001"})) == ["サンプル荘001"]
    assert "古い記録000" in labels_of(client.get(url, {"first": "2026-09-01", "until": "2026-11-24"}))


def test_last_day_of_the_period_is_included_to_midnight(town: Town, browser: Browser) -> None:
    fill_trail(town, 1, label="深夜", start=NOW.replace(hour=23, minute=59))
    fill_trail(town, 1, label="翌日", start=NOW.replace(hour=0, minute=0) + dt.timedelta(days=1))
    found = labels_of(
        browser(town.auditor).get(reverse("accounts:audit"), {"first": "2026-11-24", "until": "2026-11-24"})
    )
    assert found == ["深夜000"]


def test_search_pages_neither_lose_nor_double(town: Town, browser: Browser) -> None:
    """Many events of one and the same moment lie across the edge of the page."""
    for number in range(selectors.PAGE + 5):
        record(
            action="accounts.appointed",
            subject=Subject("x", str(number), f"対象{number:03}"),
            actor=town.actor(town.clerk),
            now=NOW - dt.timedelta(hours=1),
        )
    client = browser(town.auditor)
    first = client.get(reverse("accounts:audit"), {"subject": "対象"})
    second = client.get(first.context["next_url"])
    found = labels_of(first) + labels_of(second)
    assert len(labels_of(first)) == selectors.PAGE
    assert sorted(found) == [f"対象{number:03}" for number in range(selectors.PAGE + 5)]
    assert second.context["next_url"] is None


def test_search_looks_through_a_window_and_goes_on(
    town: Town, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "SEARCH_WINDOW", 4)
    fill_trail(town, 10)
    client = browser(town.auditor)
    url, found, steps = f"{reverse('accounts:audit')}?subject=荘009", [], 0
    while url:
        response = client.get(url)
        found += labels_of(response)
        url, steps = response.context["next_url"], steps + 1
        assert steps < 30
    assert found == ["サンプル荘009"]
    assert steps >= 3


def test_search_and_export_are_on_record(town: Town, browser: Browser) -> None:
    fill_trail(town, 3)
    client = browser(town.auditor)
    client.get(reverse("accounts:audit"), {"subject": "サンプル", "person": "窓口"})
    event = AuditEvent.objects.get(action="accounts.audit_searched")
    assert event.actor_id == str(town.auditor.public_id)
    assert (event.details["by_subject"], event.details["by_person"]) == (True, True)
    assert "サンプル" not in str(event.details)
    client.get(reverse("accounts:audit"))
    assert AuditEvent.objects.filter(action="accounts.audit_searched").count() == 2


def export(client: Any, **data: str) -> tuple[Any, list[list[str]]]:
    response = client.post(
        reverse("accounts:audit_export"), {"first": "2026-11-01", "until": "2026-11-24", **data}
    )
    text = b"".join(response.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return response, list(csv.reader(io.StringIO(text[1:])))


def test_export_holds_what_its_event_says(town: Town, other_town: Town, browser: Browser, clock: Any) -> None:
    fill_trail(town, 3)
    fill_trail(other_town, 2, label="京都市の秘密")
    clock.shift(dt.timedelta(minutes=5))
    response, rows = export(browser(town.auditor))
    assert "attachment" in response.headers["Content-Disposition"]
    assert rows[0][:3] == ["記録番号", "記録日時", "行為"]
    assert [row[5] for row in rows[1:]] == ["サンプル荘000", "サンプル荘001", "サンプル荘002"]
    assert AuditEvent.objects.get(action="accounts.audit_exported").details["rows"] == 3


@pytest.mark.parametrize("label", ["=1+1", "+81", "-1", "@SUM(A1)"])
def test_export_carries_no_formula(town: Town, browser: Browser, clock: Any, label: str) -> None:
    fill_trail(town, 1, label=label)
    clock.shift(dt.timedelta(minutes=5))
    _, rows = export(browser(town.auditor))
    assert rows[1][5] == f"'{label}000"


def test_too_large_an_export_says_how_to_go_on(
    town: Town, browser: Browser, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    fill_trail(town, 3)
    clock.shift(dt.timedelta(minutes=5))
    monkeypatch.setattr(selectors, "EXPORT_LIMIT", 2)
    monkeypatch.setattr("accounts.services.reading.EXPORT_LIMIT", 2)
    response = browser(town.auditor).post(
        reverse("accounts:audit_export"), {"first": "2026-11-01", "until": "2026-11-24"}
    )
    assert response.status_code == 422
    assert "期間を短くして" in text_of(response)
    assert not AuditEvent.objects.filter(action="accounts.audit_exported").exists()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"first": "2026-11-24", "until": "2026-11-01"}, "開始日が終了日より後"),
        ({"first": "2020-01-01"}, "1年以内"),
        ({"first": "きのう"}, "日付として読めません"),
        ({"action": "x"}, "選択"),
        ({"until": "9999-12-31", "first": "9999-12-01"}, "開始日が終了日より後"),
    ],
)
def test_bad_searches_are_explained(
    town: Town, browser: Browser, query: dict[str, str], sentence: str
) -> None:
    response = browser(town.auditor).get(reverse("accounts:audit"), query)
    assert response.status_code == 422
    assert sentence in text_of(response)


@pytest.mark.parametrize("after", ["x", "-", "1-", "99999999999999999-1", "1" * 40])
def test_odd_cursors_are_harmless(town: Town, browser: Browser, after: str) -> None:
    assert browser(town.auditor).get(reverse("accounts:audit"), {"after": after}).status_code == 200


# --- Queries ----------------------------------------------------------------------------------------------------------


def count_queries(client: Any, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("accounts:inbox", 5),
        ("accounts:people", 6),
        ("accounts:transfer", 7),
        ("accounts:outbox", 5),
        ("accounts:audit", 9),
    ],
)
def test_queries_do_not_grow_with_rows(town: Town, browser: Browser, name: str, most: int) -> None:
    who = getattr(town, sorted(LISTS[name])[0])
    client = browser(who)
    counts = []
    for rows in (1, 3, 50):
        for number in range(rows):
            key = f"{rows}-{number}"
            user = add_person(f"増員 {key}", f"more-{key}@kurume.example.jp")
            appoint_directly(user, town.welfare, Role.VIEWER)
            send(town, who, key=f"own-{key}")
            send(town, user, key=f"failed-{key}", mail_state="failed")
        fill_trail(town, rows)
        counts.append(count_queries(client, reverse(name)))
    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= most


def test_today_is_the_day_of_the_clock(town: Town) -> None:
    assert dt.date(2026, 11, 24) == TODAY
