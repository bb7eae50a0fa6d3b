"""ケース会議 from calling it to its end, and what its papers say."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from consultations.demo import Team
from consultations.models import Case, Conference, ConferenceItem
from consultations.rules.conferences import Role
from consultations.services import conferences as services
from consultations.services.closing import close
from consultations.services.errors import InputMissing, NotFound, Refused, Stale
from tests.consultations.conftest import NOW, TODAY, SignIn, TakeIn, acting
from tests.consultations.pages.test_cases import MOST_IN_CASE, page, url
from tests.consultations.services.test_referrals import KNOWN, agree


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=True) as traveller:
        yield traveller


@pytest.fixture
def meeting(desk_team: Team) -> Conference:
    """A meeting of next week."""
    return services.call(
        desk_id=desk_team.desk.public_id, day=TODAY + dt.timedelta(days=7), starts_at=dt.time(14), place="会議室",
        key=uuid.uuid4(), actor=acting(desk_team.counsellor), now=NOW,
    )  # fmt: skip


def put(meeting: Conference, case: Case, team: Team) -> ConferenceItem:
    return services.put_on_agenda(
        conference_id=meeting.public_id, case_id=case.public_id, actor=acting(team.counsellor), now=NOW
    )


def note(item: ConferenceItem, team: Team, **values: Any) -> ConferenceItem:
    usual: dict[str, Any] = {
        "discussion": "", "decision": "続ける", "next_review_on": None, "roles": [], "seen": item.revision,
        "actor": acting(team.counsellor), "now": NOW,
    }  # fmt: skip
    return services.note_item(
        conference_id=item.conference.public_id, item_id=item.public_id, **{**usual, **values}
    )


def sit(meeting: Conference, team: Team) -> None:
    services.add_attendee(
        conference_id=meeting.public_id, name="見本 花枝", organisation="社協", secrecy="pledge",
        actor=acting(team.counsellor), now=NOW,
    )  # fmt: skip


def test_a_meeting_by_its_pages(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    case = take_in(**KNOWN)
    client = sign_in(desk_team.counsellor)
    page(client, url("conferences"))
    given = {
        "desk": str(desk_team.desk.public_id), "day": "令和8年11月9日", "starts_at": "14:00", "place": "会議室",
        "key": str(uuid.uuid4()),
    }  # fmt: skip
    assert client.post(url("conferences"), {**given, "day": "令和8年11月1日"}).status_code == 422
    for _ in range(2):
        assert client.post(url("conferences"), given).status_code == 302
    where = url("conference", conference_id=Conference.objects.get().public_id)
    assert client.post(where, {"do": "agenda", "case": ""}).status_code == 422
    assert client.post(where, {"do": "agenda", "case": str(case.public_id)}).status_code == 302
    assert "名前を出さずに話し合います" in page(client, where)
    early = client.post(where, {"do": "end"})
    assert early.status_code == 409
    assert "出た人が書かれていません" in early.content.decode()
    person = {"do": "attendee", "name": "見本 花枝", "organisation": "社協", "secrecy": "pledge"}
    assert client.post(where, {**person, "secrecy": ""}).status_code == 422
    assert client.post(where, person).status_code == 302
    item = ConferenceItem.objects.get()
    there = url("conference_item", conference_id=item.conference.public_id, item_id=item.public_id)
    page(client, there)
    told = {"decision": "社協が見守る", "who_1": "社協", "what_1": "週に一度訪ねる", "seen": "0"}
    wrong = client.post(there, told)
    assert wrong.status_code == 422
    assert "いつまでにするか" in wrong.content.decode()
    assert client.post(there, {**told, "until_1": "令和8年11月20日"}).status_code == 302
    assert client.post(there, {**told, "until_1": "令和8年11月20日"}).status_code == 409
    case.refresh_from_db()
    assert (case.tasks.get().title, case.next_due_on) == ("社協: 週に一度訪ねる", dt.date(2026, 11, 20))
    assert client.post(where, {"do": "end"}).status_code == 302
    assert "会議を終える" not in page(client, where)
    assert "社協が見守る" in page(client, url("case", case))
    assert "社協が見守る" in page(client, there)
    assert client.post(where, {"do": "nonsense"}).status_code == 404


def test_what_was_held_does_not_change(take_in: TakeIn, desk_team: Team, meeting: Conference) -> None:
    item = put(meeting, take_in(**KNOWN), desk_team)
    assert put(meeting, item.case, desk_team) == item
    sit(meeting, desk_team)
    who: dict[str, Any] = {"actor": acting(desk_team.counsellor), "now": NOW}
    with pytest.raises(Refused):
        services.end(conference_id=meeting.public_id, **who)
    item = note(item, desk_team)
    with pytest.raises(Stale):
        note(item, desk_team, seen=0)
    with pytest.raises(InputMissing):
        note(item, desk_team, decision="")
    assert services.end(conference_id=meeting.public_id, **who).held_at == NOW
    services.end(conference_id=meeting.public_id, **who)
    for act in (
        lambda: note(item, desk_team),
        lambda: sit(meeting, desk_team),
        lambda: put(meeting, take_in(), desk_team),
    ):
        with pytest.raises(Refused):
            act()
    with pytest.raises(IntegrityError), transaction.atomic():
        Conference.objects.update(place="ほか")


def test_a_case_that_ended_meanwhile_does_not_hold_the_meeting_up(
    take_in: TakeIn, desk_team: Team, meeting: Conference
) -> None:
    case = take_in(**KNOWN)
    put(meeting, case, desk_team)
    sit(meeting, desk_team)
    case.refresh_from_db()
    who: dict[str, Any] = {"actor": acting(desk_team.counsellor), "now": NOW}
    close(
        case_id=case.public_id, outcome="withdrawn", failure_reasons=[], closing_note="", rent_yen=None, area="",
        seen=case.revision, **who,
    )  # fmt: skip
    assert services.end(conference_id=meeting.public_id, **who).state == "held"


def test_a_role_broken_off_leaves_nothing(
    take_in: TakeIn, desk_team: Team, meeting: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = put(meeting, take_in(**KNOWN), desk_team)

    def fall(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(services, "record", fall)
    with pytest.raises(RuntimeError):
        note(item, desk_team, roles=[Role(who="社協", what="訪ねる", until=TODAY)])
    item.refresh_from_db()
    assert (item.decision, item.case.tasks.count()) == ("", 0)


def test_a_case_taken_over_by_another_desk_while_it_is_noted_stays_off_the_agenda(
    take_in: TakeIn, desk_team: Team, meeting: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other desk's yes came while this one waited for the case: what it took off the agenda is not put back."""
    item = put(meeting, take_in(), desk_team)
    lock = services.locked_case

    def taken_over_first(*args: Any, **words: Any) -> Case:
        ConferenceItem.objects.all().delete()
        return lock(*args, **words)

    monkeypatch.setattr(services, "locked_case", taken_over_first)
    with pytest.raises(NotFound, match="この会議にありません"):
        note(item, desk_team)


def test_names_stand_on_paper_only_under_a_consent(
    take_in: TakeIn, desk_team: Team, meeting: Conference, sign_in: SignIn
) -> None:
    named, silent = (
        take_in(**KNOWN),
        take_in(name="仮名 四郎", kana="カメイ シロウ", summary="家賃が払えない"),
    )
    agree(named, desk_team, "協議会", purpose="council", scope=["contact", "household"])
    for case in (named, silent):
        put(meeting, case, desk_team)
    client = sign_in(desk_team.counsellor)
    where = url("conference_sheet", conference_id=meeting.public_id)
    full = page(client, f"{where}?kind=full")
    assert "例示 三郎さん" in full
    assert "2番の方" in full
    assert "レ.サ." in page(client, f"{where}?kind=initials")
    for kind in ("full", "initials", "conditions"):
        paper = page(client, f"{where}?kind={kind}").split("<main")[1]
        for word in ("四郎", "家賃が払えない", "0102", named.number, "見本町9番9号"):
            assert word not in paper, (kind, word)
        assert ("三郎" in paper) == (kind == "full")
    assert client.get(f"{where}?kind=secret").status_code == 404
    assert AuditEvent.objects.filter(action="consultations.conference_printed").count() == 5
    assert AuditEvent.objects.filter(action="consultations.printed", subject_label=named.number).count() == 5


def test_who_is_not_named_does_not_learn_of_a_protected_case(
    take_in: TakeIn, desk_team: Team, meeting: Conference, sign_in: SignIn
) -> None:
    hidden = take_in(**KNOWN, is_protected=True)
    agree(hidden, desk_team, "協議会", purpose="council", scope=["contact", "situation"])
    item = put(meeting, hidden, desk_team)
    where = url("conference", conference_id=meeting.public_id)
    paper = url("conference_sheet", conference_id=meeting.public_id)
    own = sign_in(desk_team.counsellor)
    assert "みほん" in page(own, where)
    assert "三郎" not in page(own, f"{paper}?kind=full"), "never named on paper"
    other = sign_in(desk_team.colleague)
    shown = page(other, where)
    assert "(要保護の相談)" in shown
    assert hidden.number not in shown
    assert "1番の方" not in page(other, f"{paper}?kind=full")
    there = url("conference_item", conference_id=meeting.public_id, item_id=item.public_id)
    assert other.get(there).status_code == 404


def test_another_desk_sees_nothing(
    take_in: TakeIn, desk_team: Team, other_team: Team, meeting: Conference, sign_in: SignIn
) -> None:
    item = put(meeting, take_in(**KNOWN), desk_team)
    client = sign_in(other_team.supervisor)
    addresses = [url(name, conference_id=meeting.public_id) for name in ("conference", "conference_sheet")]
    addresses.append(url("conference_item", conference_id=meeting.public_id, item_id=item.public_id))
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
    assert "会議室" not in page(client, url("conferences"))
    foreign = take_in(of=other_team)
    with pytest.raises(NotFound):
        put(meeting, foreign, desk_team)


def test_the_number_of_queries_does_not_grow(
    take_in: TakeIn, desk_team: Team, meeting: Conference, sign_in: SignIn
) -> None:
    client = sign_in(desk_team.supervisor)
    client.get(url("cases"))
    counts: dict[str, list[int]] = {}
    for size in (1, 3, 30):
        while meeting.items.count() < size:
            put(meeting, take_in(), desk_team)
        for name, address in (
            ("list", url("conferences")),
            ("meeting", url("conference", conference_id=meeting.public_id)),
        ):
            with CaptureQueriesContext(connection) as found:
                page(client, address)
            counts.setdefault(name, []).append(len(found))
    assert {name: found for name, found in counts.items() if len(set(found)) > 1} == {}
    assert max(found[0] for found in counts.values()) <= MOST_IN_CASE
