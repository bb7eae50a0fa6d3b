"""Kept filters, several cases at once, deputies, internal notes, handing over: what is done, refused, on record."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AuditEvent, Notice, Role, User
from accounts.rules.actor import Actor
from accounts.selectors import actor_of
from certification.demo import Office, Walk, appoint, sample_plan
from certification.forms.filters import queue_filter
from certification.models import Application, CaseNote, DepartmentReview, Deputy, Operator, SavedFilter
from certification.selectors.deputies import told_instead
from certification.selectors.queue import Tab, cases_in
from certification.services.deputies import end_deputy, name_deputy
from certification.services.errors import InputMissing, NotFound
from certification.services.handover import NOT_IN_HAND, hand_over_chosen, note_what_to_hand_over
from certification.services.notes import write_note
from certification.services.notices import people_in_turn
from certification.services.saved_filters import change_filter, delete_filter, save_filter
from tests.certification.conftest import MONDAY_MORNING as NOW
from tests.certification.conftest import SINCE

TODAY = NOW.date()


@pytest.fixture
def three(accepted: Walk, owner: tuple[Operator, User]) -> list[Application]:
    """Three cases under review of the lead, all in the desk's hands."""

    def another(name: str) -> Application:
        walk = Walk(office=accepted.office, user=owner[1], at=accepted.at)
        return walk.file(owner[0], sample_plan(name)).accept().application

    return [accepted.application, another("架空荘"), another("例示荘")]


def acting(user: User) -> Actor:
    return actor_of(user, day=TODAY)


def part(case: Application, office: Office) -> DepartmentReview:
    return DepartmentReview.objects.get(application=case, department=office.setting.lead_department)


def lead(office: Office) -> int:
    return office.setting.lead_department_id


def trail(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=f"certification.{action}").order_by("pk"))


# --- Deputies ---


@pytest.fixture
def away(office: Office) -> Deputy:
    """The desk is away this week; the colleague looks after its cases."""
    return name_deputy(
        user_id=office.desk.pk,
        deputy_id=office.colleague.pk,
        from_on=TODAY,
        until=TODAY + dt.timedelta(days=4),
        actor=acting(office.desk),
        now=NOW,
    )


def test_the_deputy_is_told_as_well_and_only_in_the_period(
    accepted: Walk, office: Office, away: Deputy
) -> None:
    case = accepted.application
    assert set(people_in_turn(case, today=TODAY)) == {office.desk.pk, office.colleague.pk}
    assert set(people_in_turn(case, today=TODAY + dt.timedelta(days=5))) == {office.desk.pk}

    end_deputy(deputy_id=away.public_id, actor=acting(office.desk), now=NOW)

    assert set(people_in_turn(case, today=TODAY)) == {office.desk.pk}


def test_deputising_opens_nothing_that_the_deputy_may_not_open_himself(
    accepted: Walk, office: Office, away: Deputy
) -> None:
    """Named in one department, the desk's cases in another stay closed: to the list, the queue and the notices."""
    second = next(iter(office.reviewers))
    appoint(office.desk, accepted.office.municipality.departments.get(pk=second), Role.REVIEWER, since=SINCE)
    case = accepted.application
    case.department_reviews.exclude(department=second).delete()
    case.department_reviews.update(assigned_to=office.desk)
    before = acting(office.colleague)

    assert not cases_in(Tab.ALL, before, today=TODAY).filter(pk=case.pk).exists()
    assert told_instead({second: [office.desk.pk]}, day=TODAY) == set()
    with pytest.raises(NotFound):
        write_note(
            application_id=case.public_id,
            text="見せて",
            mentioned=[],
            key=uuid.uuid4(),
            actor=before,
            now=NOW,
        )
    assert before.posts == acting(office.colleague).posts


def test_the_deputy_finds_the_cases_of_who_is_away(three: list[Application], office: Office) -> None:
    today = dt.datetime.now(tz=NOW.tzinfo).date()
    row = Deputy.objects.create(
        municipality=office.municipality,
        user=office.desk,
        deputy=office.colleague,
        from_on=today,
        until=today,
        named_by=office.desk,
        named_at=NOW,
    )
    actor = acting(office.colleague)

    filters = queue_filter({"person": str(row.public_id)}, actor=actor)  # type: ignore[arg-type]
    found = filters.usable(cases_in(Tab.ALL, actor, today=today))

    assert set(found) == set(three)
    assert ("person", "担当", f"{office.desk.name}さんの代理") in filters.in_force()
    viewer = queue_filter({"person": str(row.public_id)}, actor=acting(office.viewer))  # type: ignore[arg-type]
    viewer.form.full_clean()
    assert viewer.left_out() == ["担当"]


def test_periods_do_not_overlap_and_a_second_click_is_one(office: Office, away: Deputy) -> None:
    given = {
        "user_id": office.desk.pk,
        "deputy_id": office.colleague.pk,
        "actor": acting(office.desk),
        "now": NOW,
    }
    again = name_deputy(from_on=away.from_on, until=away.until, **given)  # type: ignore[arg-type]

    assert again.pk == away.pk
    with pytest.raises(InputMissing, match="重なる"):
        name_deputy(from_on=away.until, until=away.until, **given)  # type: ignore[arg-type]


def test_nobody_names_a_deputy_for_another_but_the_administrator(office: Office) -> None:
    def name(by: User, *, deputy: User) -> Deputy:
        return name_deputy(
            user_id=office.desk.pk, deputy_id=deputy.pk, from_on=TODAY, until=TODAY, actor=acting(by), now=NOW
        )

    with pytest.raises(NotFound):
        name(office.colleague, deputy=office.colleague)
    with pytest.raises(InputMissing, match="同じ課"):
        name(office.desk, deputy=next(iter(office.reviewers.values())))
    with pytest.raises(InputMissing, match="同じ課"):
        name(office.desk, deputy=office.viewer)
    assert name(office.administrator, deputy=office.colleague).named_by == office.administrator
    assert [event.details["deputy"] for event in trail("deputy_named")] == [office.colleague.pk]


# --- Internal notes ---


def note(case: Application, by: User, *, text: str = "電話で確かめた。", **more: object) -> CaseNote:
    given: dict[str, object] = {"mentioned": [], "key": uuid.uuid4(), **more}
    return write_note(application_id=case.public_id, text=text, actor=acting(by), now=NOW, **given)  # type: ignore[arg-type]


def test_who_is_called_is_told_without_a_word_of_the_note(accepted: Walk, office: Office) -> None:
    secret = "家賃の根拠を架空さんに聞いた"
    office.decider.name = "大樹 長一郎"
    office.decider.save()
    found = note(
        accepted.application, office.desk, text=f"{secret} @大樹長一郎", mentioned=[office.colleague.pk]
    )

    called = {office.colleague.pk, office.decider.pk}
    assert set(found.mentions.values_list("user", flat=True)) == called
    told = Notice.objects.filter(key__startswith="note:")
    assert set(told.values_list("recipient", flat=True)) == called
    assert all(secret not in row.subject + row.body and row.mail_state == "none" for row in told)
    [event] = trail("note_written")
    assert secret not in str(event.details) + event.reason + event.subject_label


def test_a_note_is_never_changed_nor_deleted(accepted: Walk, office: Office) -> None:
    found = note(accepted.application, office.desk, mentioned=[office.colleague.pk])
    for change in (
        lambda: CaseNote.objects.filter(pk=found.pk).update(text="別のこと"),
        lambda: found.mentions.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
            change()


def test_the_same_form_twice_is_one_note(accepted: Walk, office: Office) -> None:
    key = uuid.uuid4()
    assert (
        note(accepted.application, office.desk, key=key).pk
        == note(accepted.application, office.desk, key=key).pk
    )
    assert CaseNote.objects.count() == 1


def test_readers_applicants_and_strangers_write_no_notes(
    accepted: Walk, office: Office, other_office: Office, owner: tuple[Operator, User]
) -> None:
    for user in (office.viewer, office.administrator, office.auditor, other_office.desk, owner[1]):
        with pytest.raises(NotFound):
            note(accepted.application, user)
    with pytest.raises(NotFound):
        note(accepted.application, office.desk, mentioned=[other_office.desk.pk])
    with pytest.raises(InputMissing):
        note(accepted.application, office.desk, text="  ")
    assert not CaseNote.objects.exists()


# --- Handing over ---


def test_chosen_cases_go_to_the_successor_with_their_notes(three: list[Application], office: Office) -> None:
    outcome = hand_over_chosen(
        case_ids=[three[0].public_id, three[1].public_id],
        from_user_id=office.desk.pk,
        to_user_id=office.colleague.pk,
        department_id=lead(office),
        notes={three[0].public_id: "写真の追加を待っています。"},
        actor=acting(office.desk),
        now=NOW,
    )

    assert [case.pk for case in outcome.given] == [three[0].pk, three[1].pk]
    hands = [part(case, office).assigned_to_id for case in three]
    assert hands == [office.colleague.pk, office.colleague.pk, office.desk.pk]
    assert len(trail("hand_over")) == 2
    assert CaseNote.objects.get().text == "【引き継ぎ】写真の追加を待っています。"


def test_what_is_no_longer_in_hand_is_left(three: list[Application], office: Office) -> None:
    taken = part(three[0], office)
    taken.assigned_to = office.colleague
    taken.save()

    outcome = hand_over_chosen(
        case_ids=[three[0].public_id],
        from_user_id=office.desk.pk,
        to_user_id=office.colleague.pk,
        department_id=lead(office),
        notes={},
        actor=acting(office.desk),
        now=NOW,
    )

    assert [(row.case.pk, row.reason) for row in outcome.left_out] == [(three[0].pk, NOT_IN_HAND)]


def test_only_the_desk_of_the_department_or_the_administrator_hands_over(
    three: list[Application], office: Office, other_office: Office
) -> None:
    def hand(by: User, *, to: User = office.colleague) -> None:
        hand_over_chosen(
            case_ids=[three[0].public_id],
            from_user_id=office.desk.pk,
            to_user_id=to.pk,
            department_id=lead(office),
            notes={three[0].public_id: "覚え書き"},
            actor=acting(by),
            now=NOW,
        )

    for by in (
        office.colleague,
        office.decider,
        office.viewer,
        other_office.desk,
        other_office.administrator,
    ):
        with pytest.raises(NotFound):
            hand(by)
    with pytest.raises(InputMissing, match="引き継ぐ相手"):
        hand(office.desk, to=office.viewer)
    hand(office.administrator)
    assert part(three[0], office).assigned_to_id == office.colleague.pk
    assert not CaseNote.objects.exists(), "自治体管理者 opens no case and writes into none"


def test_what_has_to_be_known_can_be_written_before(three: list[Application], office: Office) -> None:
    given = {"from_user_id": office.desk.pk, "department_id": lead(office), "now": NOW}
    notes = {three[0].public_id: "照会の回答待ち", three[1].public_id: " "}

    assert note_what_to_hand_over(notes=notes, actor=acting(office.desk), **given) == 1  # type: ignore[arg-type]
    assert part(three[0], office).assigned_to_id == office.desk.pk
    with pytest.raises(NotFound):
        note_what_to_hand_over(notes=notes, actor=acting(office.administrator), **given)  # type: ignore[arg-type]


# --- Kept filters ---


def keep(by: User, name: str, **more: object) -> SavedFilter:
    given: dict[str, object] = {
        "conditions": {"state": "submitted"},
        "department_id": None,
        "is_default": False,
        **more,
    }
    return save_filter(name=name, actor=acting(by), now=NOW, **given)  # type: ignore[arg-type]


def test_at_most_twenty_each_name_once_one_default(office: Office) -> None:
    first = keep(office.desk, "一番", is_default=True)
    keep(office.desk, "二番", is_default=True)
    first.refresh_from_db()

    assert not first.is_default
    with pytest.raises(InputMissing, match="もうあります"):
        keep(office.desk, "一番")
    with pytest.raises(InputMissing, match="条件がありません"):
        keep(office.desk, "空", conditions={"q": "架空"})
    for number in range(18):
        keep(office.desk, f"{number}")
    with pytest.raises(InputMissing, match="20件まで"):
        keep(office.desk, "多すぎ")


def test_only_ones_own_is_changed_and_only_the_own_department_shares(office: Office) -> None:
    row = keep(office.desk, "共有", department_id=lead(office))
    change = {"name": "別名", "department_id": None, "is_default": False, "now": NOW}

    with pytest.raises(NotFound):
        change_filter(filter_id=row.public_id, actor=acting(office.colleague), **change)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        delete_filter(filter_id=row.public_id, actor=acting(office.colleague), now=NOW)
    with pytest.raises(NotFound):
        keep(office.desk, "よその課", department_id=next(iter(office.reviewers)))
    changed = change_filter(filter_id=row.public_id, actor=acting(office.desk), **change)  # type: ignore[arg-type]
    assert (changed.name, changed.department_id) == ("別名", None)
    delete_filter(filter_id=row.public_id, actor=acting(office.desk), now=NOW)
    assert not SavedFilter.objects.exists()
