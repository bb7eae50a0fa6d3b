"""引き継ぎ: offered under a consent, seen without a name, taken over whole or with what the consent covers."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Notice, User
from accounts.selectors import NotVisible
from consultations.demo import Team, person
from consultations.models import Case, CaseTransfer, DeskPost
from consultations.rules.transferring import FIELDS, KEPT_HERE
from consultations.rules.words import PostRole
from consultations.selectors.access import visible_cases
from consultations.selectors.statistics import statistics_of
from consultations.selectors.transfers import incoming, one_offer
from consultations.services import transfers
from consultations.services.closing import close
from consultations.services.conferences import call, put_on_agenda
from consultations.services.consents import give_consent, withdraw_consent
from consultations.services.errors import InputMissing, NotFound, Refused
from consultations.services.intake import COLUMNS
from consultations.services.protecting import protect
from consultations.services.work import add_task
from councils.models import Desk
from tests.consultations.conftest import NOW, SINCE, TODAY, TakeIn, acting
from tests.councils import ring

DAY = dt.timedelta(days=1)
ALL = ("conditions", "household", "obstacles", "situation", "contact")
KNOWN: dict[str, Any] = {
    "name": "例示 三郎",
    "kana": "レイジ サブロウ",
    "phone": "000-0000-0102",
    "address": "輪野市見本町1-1",
    "summary": "取り壊しで出なければならない",
    "household": "single",
    "rent_limit_yen": 53_000,
    "birth_date": dt.date(1948, 5, 3),
    "phone_rule": "no_message",
    "contact_note": "昼だけ",
}


@pytest.fixture
def next_door(desk_team: Team) -> Team:
    """Another desk of the same council, with people of its own."""
    desk = ring.desk(desk_team.desk.council, "となりの相談室")
    people = {}
    for key, role in (("counsellor", PostRole.COUNSELLOR), ("supervisor", PostRole.SUPERVISOR)):
        people[key] = person(f"tonari-{key}@desk.example.jp", f"隣 {key}(見本)")
        DeskPost.objects.create(desk=desk, user=people[key], role=role, since=SINCE)
    return Team(desk=desk, colleague=people["counsellor"], **people)


def agree(
    case: Case, team: Team, to: Desk, *scope: str, name: str = "", until: dt.date = TODAY + 60 * DAY
) -> Any:
    return give_consent(
        case_id=case.public_id, purpose="transfer", scope=list(scope or ALL), recipients=name or to.name, shop_id=None,
        given_how="spoken", given_by="self", proxy="", given_on=TODAY, until=until, key=uuid.uuid4(),
        actor=acting(team.counsellor), now=NOW,
    )  # fmt: skip


def offer(case: Case, team: Team, to: Desk, **values: Any) -> CaseTransfer:
    usual: dict[str, Any] = {
        "case_id": case.public_id, "desk_id": to.public_id, "request": "引っ越し先が近いため", "key": uuid.uuid4(),
        "actor": acting(team.counsellor), "now": NOW,
    }  # fmt: skip
    return transfers.offer(**{**usual, **values})


def accept(offered: CaseTransfer, by: User, *, now: dt.datetime = NOW) -> Case:
    return transfers.accept(transfer_id=offered.public_id, actor=acting(by, now=now), now=now)


def test_every_column_of_an_intake_goes_with_a_piece_or_stays() -> None:
    going = [name for names in FIELDS.values() for name in names]
    assert len(going) == len(set(going))
    assert set(going) | KEPT_HERE == set(COLUMNS)
    assert {"address", "birth_date"} <= KEPT_HERE


def test_nothing_is_offered_without_a_consent_that_names_the_desk(
    take_in: TakeIn, desk_team: Team, next_door: Team, other_team: Team
) -> None:
    case = take_in(**KNOWN)
    with pytest.raises(InputMissing, match="となりの相談室に希望する条件、世帯と年代"):
        offer(case, desk_team, next_door.desk)
    agree(case, desk_team, next_door.desk, "contact", "situation")
    with pytest.raises(InputMissing, match="世帯と年代、見つかりにくい事情を渡す同意がありません"):
        offer(case, desk_team, next_door.desk)
    agree(case, desk_team, other_team.desk, "household")
    with pytest.raises(InputMissing, match="名前と連絡先を渡す同意がありません"):
        offer(case, desk_team, other_team.desk)
    with pytest.raises(InputMissing, match="「三郎」\\(名前\\)は、引き受ける前の窓口には伝えられません"):
        offer(case, desk_team, other_team.desk, request="三郎さんの引っ越し先が近いため")
    with pytest.raises(InputMissing, match="なぜ引き継ぐのか"):
        offer(case, desk_team, other_team.desk, request=" ")
    with pytest.raises(InputMissing, match="引き継ぐ窓口を選んで"):
        offer(case, desk_team, desk_team.desk)
    agree(case, desk_team, other_team.desk)
    Desk.objects.filter(pk=other_team.desk.pk).update(published_at=None)
    with pytest.raises(InputMissing, match="引き継ぐ窓口を選んで"):
        offer(case, desk_team, other_team.desk)
    assert not CaseTransfer.objects.exists()


def test_one_desk_is_asked_at_a_time_and_a_second_click_asks_once(
    take_in: TakeIn, desk_team: Team, next_door: Team
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team, next_door.desk)
    key = uuid.uuid4()
    first = offer(case, desk_team, next_door.desk, key=key)
    assert offer(case, desk_team, next_door.desk, key=key).pk == first.pk
    with pytest.raises(Refused, match="返事を待っている"):
        offer(case, desk_team, next_door.desk)
    later = NOW + 14 * DAY
    again = offer(case, desk_team, next_door.desk, now=later, actor=acting(desk_team.counsellor, now=later))
    first.refresh_from_db()
    assert (first.state, again.state) == ("expired", "offered")


def test_the_other_desk_sees_no_name_and_no_story_before_it_says_yes(
    take_in: TakeIn, desk_team: Team, next_door: Team, other_team: Team
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team, next_door.desk)
    offered = offer(case, desk_team, next_door.desk)
    shown = str(one_offer(acting(next_door.counsellor), offered.public_id, now=NOW).packet)
    assert "単身" in shown
    assert "53,000円" in shown
    told = " ".join(Notice.objects.values_list("subject", flat=True))
    for word in ("例示", "レイジ", "0102", "見本町", "取り壊し", case.number):
        assert word not in shown + told, word
    assert set(Notice.objects.values_list("recipient", flat=True)) == {
        next_door.counsellor.pk,
        next_door.supervisor.pk,
    }
    for stranger in (desk_team.counsellor, other_team.counsellor):
        with pytest.raises(NotVisible):
            one_offer(acting(stranger), offered.public_id, now=NOW)
    with pytest.raises(NotVisible):
        one_offer(acting(next_door.counsellor), offered.public_id, now=NOW + 14 * DAY)


def test_within_the_council_the_case_moves_and_is_closed_to_who_had_it(
    take_in: TakeIn, desk_team: Team, next_door: Team
) -> None:
    case = take_in(**KNOWN)
    add_task(
        case_id=case.public_id, title="店に聞く", due_on=TODAY, user_id=desk_team.counsellor.pk, key=uuid.uuid4(),
        actor=acting(desk_team.counsellor), now=NOW,
    )  # fmt: skip
    meeting = call(
        desk_id=desk_team.desk.public_id, day=TODAY + DAY, starts_at=dt.time(14), place="", key=uuid.uuid4(),
        actor=acting(desk_team.counsellor), now=NOW,
    )  # fmt: skip
    put_on_agenda(
        conference_id=meeting.public_id, case_id=case.public_id, actor=acting(desk_team.counsellor), now=NOW
    )
    agree(case, desk_team, next_door.desk, name=desk_team.desk.council.name)
    moved = accept(offer(case, desk_team, next_door.desk), next_door.counsellor)
    assert (moved.pk, moved.number, moved.desk, moved.assigned_to_id) == (
        case.pk, case.number, next_door.desk, next_door.counsellor.pk,
    )  # fmt: skip
    assert not visible_cases(acting(desk_team.counsellor), now=NOW).exists()
    assert visible_cases(acting(next_door.counsellor), now=NOW).get() == case
    assert moved.tasks.get().assigned_to is None
    assert not meeting.items.exists()
    answer = Notice.objects.get(key__startswith="transfer-answered")
    assert (answer.recipient, answer.path) == (desk_team.counsellor, "")
    event = AuditEvent.objects.get(action="consultations.transfer_answered")
    assert event.actor_organisation == "となりの相談室"


def test_a_moved_case_is_counted_where_it_was_taken_in(
    take_in: TakeIn, desk_team: Team, next_door: Team
) -> None:
    case = take_in(**KNOWN)

    def new_at(team: Team) -> int | None:
        found = statistics_of(
            acting(team.counsellor), desk_id=None, year=None, is_published=False, today=TODAY
        )
        return next(figure.now for figure in found.summary if figure.label == "新規")

    before = (new_at(desk_team), new_at(next_door))
    agree(case, desk_team, next_door.desk)
    accept(offer(case, desk_team, next_door.desk), next_door.counsellor)
    assert before == (new_at(desk_team), new_at(next_door)) == (1, 0)


def test_another_council_begins_a_case_of_its_own_with_what_the_consent_covers(
    take_in: TakeIn, desk_team: Team, other_team: Team
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team, other_team.desk, "contact", "household")
    taken = accept(offer(case, desk_team, other_team.desk), other_team.counsellor)
    assert (taken.council, taken.desk, taken.number) == (
        other_team.desk.council,
        other_team.desk,
        "R8-相-0001",
    )
    assert (taken.name, taken.phone, taken.phone_rule, taken.contact_note) == (
        "例示 三郎", "000-0000-0102", "no_message", "昼だけ",
    )  # fmt: skip
    assert (taken.household, taken.age_band, taken.birth_date) == ("single", "75-84", None)
    assert (taken.address, taken.summary, taken.rent_limit_yen) == ("", "", None)
    assert [row.kind for row in taken.events.all()] == ["opened"]
    case.refresh_from_db()
    assert (case.state, case.desk, case.first_desk) == ("open", desk_team.desk, None)
    assert "引き受けたことを本人に伝え" in case.tasks.get().title
    assert visible_cases(acting(other_team.counsellor), now=NOW).get() == taken
    assert visible_cases(acting(desk_team.counsellor), now=NOW).get() == case


def test_a_protected_case_is_offered_to_supervisors_and_stays_protected(
    take_in: TakeIn, desk_team: Team, next_door: Team
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team, next_door.desk)
    protect(
        case_id=case.public_id,
        is_protected=True,
        seen=case.revision,
        actor=acting(desk_team.counsellor),
        now=NOW,
    )
    offered = offer(case, desk_team, next_door.desk)
    assert Notice.objects.get().recipient == next_door.supervisor
    assert not incoming(acting(next_door.counsellor), now=NOW).exists()
    with pytest.raises(NotFound):
        accept(offered, next_door.counsellor)
    packet = one_offer(acting(next_door.supervisor), offered.public_id, now=NOW).packet
    assert packet == (("なぜ引き継ぐか", "引っ越し先が近いため"),)
    moved = accept(offered, next_door.supervisor)
    assert [row.user_id for row in moved.readers.all()] == [next_door.supervisor.pk]
    assert not visible_cases(acting(next_door.counsellor), now=NOW).exists()
    assert not visible_cases(acting(desk_team.counsellor), now=NOW).exists()


def test_a_consent_taken_back_before_the_yes_holds_the_case(
    take_in: TakeIn, desk_team: Team, next_door: Team
) -> None:
    case = take_in(**KNOWN)
    given = agree(case, desk_team, next_door.desk)
    offered = offer(case, desk_team, next_door.desk)
    withdraw_consent(
        case_id=case.public_id, consent_id=given.public_id, given_how="phone", given_by="self",
        actor=acting(desk_team.counsellor), now=NOW,
    )  # fmt: skip
    assert not incoming(acting(next_door.counsellor), now=NOW).exists()
    with pytest.raises(NotFound):
        accept(offered, next_door.counsellor)
    case.refresh_from_db()
    offered.refresh_from_db()
    assert (case.desk, offered.state) == (desk_team.desk, "withdrawn")


def test_an_offer_outlives_a_consent_only_where_another_covers_it(
    take_in: TakeIn, desk_team: Team, next_door: Team
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team, next_door.desk)
    newer = agree(case, desk_team, next_door.desk)
    offered = offer(case, desk_team, next_door.desk)
    withdraw_consent(
        case_id=case.public_id, consent_id=newer.public_id, given_how="phone", given_by="self",
        actor=acting(desk_team.counsellor), now=NOW,
    )  # fmt: skip
    assert accept(offered, next_door.counsellor).desk == next_door.desk


def test_a_consent_that_ran_out_before_the_yes_holds_the_case(
    take_in: TakeIn, desk_team: Team, next_door: Team
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team, next_door.desk, until=TODAY + 3 * DAY)
    offered = offer(case, desk_team, next_door.desk)
    later = NOW + 4 * DAY
    shown = one_offer(acting(next_door.counsellor), offered.public_id, now=later).packet
    assert [term for term, _ in shown] == ["なぜ引き継ぐか"]
    with pytest.raises(Refused, match="同意が取りやめられたか、期限が切れています"):
        accept(offered, next_door.counsellor, now=later)
    case.refresh_from_db()
    assert case.desk == desk_team.desk


def test_a_no_has_one_of_the_reasons_and_tells_who_asked(
    take_in: TakeIn, desk_team: Team, next_door: Team
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team, next_door.desk)
    offered = offer(case, desk_team, next_door.desk)
    actor = acting(next_door.counsellor)
    with pytest.raises(InputMissing):
        transfers.decline(transfer_id=offered.public_id, reason="外国の人だから", actor=actor, now=NOW)
    assert (
        transfers.decline(transfer_id=offered.public_id, reason="busy", actor=actor, now=NOW).not_taken
        == "busy"
    )
    with pytest.raises(NotFound):
        accept(offered, next_door.counsellor)
    assert Notice.objects.get(recipient=desk_team.counsellor).subject.startswith("引き継ぎは引き受けられない")


def test_an_offer_is_taken_back_by_hand_and_by_the_end_of_the_case(
    take_in: TakeIn, desk_team: Team, next_door: Team
) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team, next_door.desk)
    actor = acting(desk_team.counsellor)
    by_hand = offer(case, desk_team, next_door.desk)
    for _ in range(2):
        transfers.take_offer_back(case_id=case.public_id, transfer_id=by_hand.public_id, actor=actor, now=NOW)
    by_end = offer(case, desk_team, next_door.desk)
    close(
        case_id=case.public_id, outcome="information", failure_reasons=[], closing_note="", rent_yen=None, area="",
        seen=case.revision, actor=actor, now=NOW,
    )  # fmt: skip
    assert set(CaseTransfer.objects.values_list("state", flat=True)) == {"withdrawn"}
    with pytest.raises(NotFound):
        accept(by_end, next_door.counsellor)
    assert AuditEvent.objects.filter(action="consultations.transfer_withdrawn").count() == 2


def test_what_was_offered_stays_as_it_was(take_in: TakeIn, desk_team: Team, next_door: Team) -> None:
    case = take_in(**KNOWN)
    agree(case, desk_team, next_door.desk)
    offered = offer(case, desk_team, next_door.desk)
    rows = CaseTransfer.objects.filter(pk=offered.pk)
    for change in ({"request": "別の理由"}, {"to_desk": desk_team.desk}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="accepted")


STEPS = ("_settle", "_record", "_tell_giver", "_name_if_protected")


@pytest.mark.parametrize(
    ("broken", "is_near"),
    [("_move", True), ("_begin", False), *((step, is_near) for step in STEPS for is_near in (True, False))],
)
def test_a_yes_that_breaks_anywhere_leaves_everything_as_it_was(
    take_in: TakeIn, desk_team: Team, next_door: Team, other_team: Team, monkeypatch: pytest.MonkeyPatch,
    broken: str, is_near: bool,
) -> None:  # fmt: skip
    case, to = take_in(**KNOWN), next_door if is_near else other_team
    agree(case, desk_team, to.desk)
    offered = offer(case, desk_team, to.desk)
    before = str(Case.objects.values().get()), Notice.objects.count(), AuditEvent.objects.count()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("stopped")

    with monkeypatch.context() as patched:
        patched.setattr(transfers, broken, fail)
        with pytest.raises(OSError, match="stopped"):
            accept(offered, to.counsellor)
    assert before == (str(Case.objects.values().get()), Notice.objects.count(), AuditEvent.objects.count())
    offered.refresh_from_db()
    assert offered.state == "offered"
    assert accept(offered, to.counsellor).desk == to.desk
