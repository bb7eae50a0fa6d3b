"""入居中の見守り, 退居の手順 and the weekly word on emergency openings."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Notice
from consultations.demo import Team
from consultations.models import Case
from consultations.rules.living import LEAVING, USUAL
from consultations.services.closing import close
from consultations.services.errors import InputMissing, Refused
from consultations.services.living import add_watch, begin_leaving
from consultations.services.protecting import open_in_emergency, tell_of_the_week
from tests.consultations.conftest import NOW, TODAY, SignIn, TakeIn, acting

DAY = dt.timedelta(days=1)


def ended(case: Case, team: Team, outcome: str = "contracted") -> Case:
    return close(
        case_id=case.public_id, outcome=outcome, failure_reasons=[], closing_note="", rent_yen=50_000, area="",
        seen=case.revision, actor=acting(team.counsellor), now=NOW,
    )  # fmt: skip


def watch(case: Case, team: Team, **values: Any) -> int:
    usual: dict[str, Any] = {
        "case_id": case.public_id, "first_on": dt.date(2026, 11, 30), "every": 3, "times": 3,
        "actor": acting(team.counsellor), "now": NOW,
    }  # fmt: skip
    return add_watch(**{**usual, **values})


def leave(case: Case, team: Team, **values: Any) -> int:
    usual: dict[str, Any] = {
        "case_id": case.public_id, "leaves_on": TODAY + 30 * DAY, "steps": list(USUAL),
        "actor": acting(team.counsellor), "now": NOW,
    }  # fmt: skip
    return begin_leaving(**{**usual, **values})


def test_who_has_a_home_is_asked_every_so_often(take_in: TakeIn, desk_team: Team) -> None:
    case = ended(take_in(), desk_team)
    assert (watch(case, desk_team), watch(case, desk_team)) == (3, 0)
    days = list(case.follow_ups.values_list("due_on", flat=True))
    assert days == [dt.date(2026, 11, 30), dt.date(2027, 2, 28), dt.date(2027, 5, 30)]
    assert {row.label for row in case.follow_ups.all()} == {"見守り"}
    case.refresh_from_db()
    assert case.next_due_on == days[0]


def test_a_watch_needs_a_home_and_days_to_come(take_in: TakeIn, desk_team: Team) -> None:
    still_open = take_in()
    with pytest.raises(Refused, match="住まいが決まって"):
        watch(still_open, desk_team)
    with pytest.raises(Refused):
        watch(ended(still_open, desk_team, "information"), desk_team)
    case = ended(take_in(), desk_team)
    with pytest.raises(InputMissing) as refused:
        watch(case, desk_team, first_on=TODAY, every=5, times=13)
    assert set(refused.value.problems) == {"first_on", "every", "times"}


def test_a_leaving_becomes_tasks_with_days_once(take_in: TakeIn, desk_team: Team) -> None:
    case = take_in()
    assert (leave(case, desk_team), leave(case, desk_team)) == (len(USUAL), 0)
    due = dict(case.tasks.values_list("title", "due_on"))
    by_code = {step.code: due.get(step.text) for step in LEAVING}
    assert by_code["notice"] == TODAY, "what should have been done already is due today"
    assert by_code["keys"] == TODAY + 30 * DAY
    assert by_code["deposit"] == TODAY + 60 * DAY
    assert by_code["heirs"] is None
    assert {row.assigned_to for row in case.tasks.all()} == {desk_team.counsellor}
    for wrong in ([], ["party"]):
        with pytest.raises(InputMissing):
            leave(case, desk_team, steps=wrong)
    with pytest.raises(Refused):
        leave(ended(take_in(), desk_team), desk_team)


def test_the_page_offers_what_fits_the_case(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    case, client = take_in(), sign_in(desk_team.counsellor)
    where = reverse("consultations:case_living", args=[case.public_id])
    page = client.get(where).content.decode()
    assert "鍵を返す" in page
    assert "見守りの日を入れる</button>" not in page
    assert client.post(where, {"do": "leave", "leaves_on": "きょう"}).status_code == 422
    sent = {"do": "leave", "leaves_on": "令和9年1月31日", "steps": ["keys"]}
    assert client.post(where, sent).status_code == 302
    assert case.tasks.get().due_on == dt.date(2027, 1, 31)
    case.tasks.update(done_at=NOW, done_by=desk_team.counsellor)
    case.refresh_from_db()
    ended(case, desk_team)
    assert "再開します" in client.get(where).content.decode()
    first = dt.date.today() + 40 * DAY
    sent = {"do": "watch", "first_on": first.isoformat(), "every": "2", "times": "2"}
    assert client.post(where, sent).status_code == 302
    assert case.follow_ups.filter(months=0).count() == 2
    assert "見守り" in client.get(reverse("consultations:case", args=[case.public_id])).content.decode()


def test_supervisors_are_told_once_a_week_how_often_the_glass_was_broken(
    take_in: TakeIn, desk_team: Team, other_team: Team
) -> None:
    case = take_in(is_protected=True)
    for _ in range(2):
        open_in_emergency(
            number=case.number, reason="本人から助けを求める電話があった", hours=1, actor=acting(desk_team.colleague),
            now=NOW,
        )  # fmt: skip
    Notice.objects.all().delete()
    monday = dt.datetime(2026, 11, 9, 8, 0, tzinfo=NOW.tzinfo)
    tell_of_the_week(now=monday - DAY)
    assert not Notice.objects.exists()
    for _ in range(2):
        tell_of_the_week(now=monday)
    told = Notice.objects.get()
    assert (told.recipient, "2回" in told.subject) == (desk_team.supervisor, True)
    tell_of_the_week(now=monday + 7 * DAY)
    assert Notice.objects.count() == 1
