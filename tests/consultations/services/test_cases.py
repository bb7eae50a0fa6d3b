"""Taking in, working, protecting, agreeing, ending: what is done, what is refused, what stands on record."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Notice, User
from accounts.selectors import NotVisible
from consultations.demo import Team
from consultations.models import Case, CaseEvent, CaseOpening, CaseTask, ConsentEvent, Contact, DeskPost
from consultations.selectors.access import one_case, visible_cases
from consultations.selectors.cases import Tab, as_given, case_list, case_page, possible_duplicates
from consultations.services import closing, consents, protecting, work
from consultations.services.errors import InputMissing, NotFound, Refused, Stale
from consultations.services.intake import COLUMNS, Intake, change, receive
from tests.consultations.conftest import NOW, TODAY, TakeIn, acting
from tests.councils import ring

HOUR = dt.timedelta(hours=1)
LATER = NOW + 2 * HOUR


def acts(case: Case) -> list[str]:
    events = AuditEvent.objects.filter(subject_id=str(case.public_id)).order_by("pk")
    return [event.action.removeprefix("consultations.") for event in events]


def seen_by(user: User, *, now: dt.datetime = NOW) -> set[str]:
    return set(visible_cases(acting(user, now=now), now=now).values_list("number", flat=True))


# --- 受付 ---


def test_numbers_run_without_gaps_by_council_and_year(take_in: TakeIn, other_team: Team) -> None:
    assert [take_in().number, take_in().number] == ["R8-相-0001", "R8-相-0002"]
    assert take_in(of=other_team).number == "R8-相-0001"
    assert take_in(now=NOW.replace(year=2027, month=4, day=1)).number == "R9-相-0001"


def test_a_second_click_is_the_same_case(desk_team: Team) -> None:
    key = uuid.uuid4()
    values: dict[str, Any] = {
        "desk_id": desk_team.desk.public_id, "received_on": TODAY, "categories": [], "primary": "",
        "content": Intake(method="phone", call_name="みほん", phone="0"), "is_protected": False, "key": key,
        "actor": acting(desk_team.counsellor), "now": NOW,
    }  # fmt: skip
    assert receive(**values).pk == receive(**values).pk
    assert Case.objects.count() == 1


def test_whoever_takes_it_in_is_in_charge_and_it_is_counted_once(take_in: TakeIn, desk_team: Team) -> None:
    case = take_in()
    assert case.assigned_to_id == desk_team.counsellor.pk
    assert [event.kind for event in case.events.all()] == ["opened"]
    assert acts(case) == ["received"]


def test_only_ones_own_desk_and_only_people_with_a_post(
    take_in: TakeIn, desk_team: Team, other_team: Team
) -> None:
    with pytest.raises(NotFound):
        take_in(by=other_team.counsellor)
    DeskPost.objects.filter(user=desk_team.counsellor).update(until=TODAY - dt.timedelta(days=1))
    with pytest.raises(NotVisible):
        take_in()
    assert not Case.objects.exists()


def test_what_is_wrong_is_said_and_nothing_is_written(take_in: TakeIn) -> None:
    with pytest.raises(InputMissing) as refused:
        take_in(phone="", call_name="")
    assert set(refused.value.problems) == {"call_name", "phone"}
    assert not Case.objects.exists()
    assert not CaseEvent.objects.exists()


def test_categories_keep_the_name_of_their_day(take_in: TakeIn) -> None:
    elderly = ring.category()
    case = take_in(categories=("elderly",))
    elderly.label = "高齢の人"
    elderly.save()
    assert [(row.label, row.is_primary) for row in case.categories.all()] == [("高齢者", True)]
    with pytest.raises(InputMissing, match="区分"):
        take_in(categories=("nonsense",))


def test_changes_are_on_record_by_column_never_by_word(take_in: TakeIn, desk_team: Team) -> None:
    case = take_in(summary="家賃が払えない")
    content = Intake(**{**{name: getattr(case, name) for name in COLUMNS}, "name": "秘密 花子"})
    change(
        case_id=case.public_id, content=content, categories=[], primary="", seen=0,
        actor=acting(desk_team.colleague), now=LATER,
    )  # fmt: skip
    event = AuditEvent.objects.filter(action="consultations.changed").get()
    assert event.details == {"fields": ["name"]}
    trail = "".join(str(row.__dict__) for row in AuditEvent.objects.all())
    assert "秘密" not in trail
    assert "家賃が払えない" not in trail
    with pytest.raises(Stale):
        change(
            case_id=case.public_id, content=content, categories=[], primary="", seen=0,
            actor=acting(desk_team.counsellor), now=LATER,
        )  # fmt: skip


def test_every_column_of_the_person_can_be_taken_in() -> None:
    columns = {field.name for field in Case._meta.get_fields()}
    assert set(COLUMNS) == {field.name for field in dataclasses.fields(Intake)} <= columns


# --- Who sees what ---


def test_a_desk_sees_its_own_cases_and_no_other(take_in: TakeIn, desk_team: Team, other_team: Team) -> None:
    take_in()
    take_in(of=other_team)
    assert seen_by(desk_team.colleague) == {"R8-相-0001"}
    assert Case.objects.count() == 2
    assert {row.desk_id for row in visible_cases(acting(other_team.supervisor), now=NOW)} == {
        other_team.desk.pk
    }


def test_a_protected_case_is_there_for_whom_it_names_alone(take_in: TakeIn, desk_team: Team) -> None:
    case = take_in(is_protected=True, name="隠れ 花子")
    assert seen_by(desk_team.counsellor) == {case.number}
    assert seen_by(desk_team.colleague) == seen_by(desk_team.supervisor) == set()
    for tab in Tab:
        found = case_list(tab, acting(desk_team.supervisor), words="隠れ", cursor="", now=NOW)
        assert found.cases == []
    protecting.name_reader(
        case_id=case.public_id, user_id=desk_team.supervisor.pk, actor=acting(desk_team.counsellor), now=NOW
    )
    assert seen_by(desk_team.supervisor) == {case.number}
    protecting.remove_reader(
        case_id=case.public_id, user_id=desk_team.supervisor.pk, actor=acting(desk_team.counsellor), now=NOW
    )
    assert seen_by(desk_team.supervisor) == set()
    assert acts(case)[-2:] == ["reader_named", "reader_removed"]


def test_an_emergency_opens_for_hours_with_a_reason_and_the_supervisor_is_told(
    take_in: TakeIn, desk_team: Team
) -> None:
    case = take_in(is_protected=True)
    reason = "本人から助けを求める電話があったため"

    def open_it(**values: Any) -> CaseOpening:
        usual = {
            "number": case.number,
            "reason": reason,
            "hours": 1,
            "actor": acting(desk_team.colleague),
            "now": NOW,
        }
        return protecting.open_in_emergency(**{**usual, **values})

    for wrong, field in (
        ({"reason": "急ぎ"}, "reason"),
        ({"hours": 24}, "hours"),
        ({"number": "R8-相-9999"}, "number"),
    ):
        with pytest.raises(InputMissing) as refused:
            open_it(**wrong)
        assert set(refused.value.problems) == {field}
    assert seen_by(desk_team.colleague) == set()
    open_it()
    assert seen_by(desk_team.colleague) == {case.number}
    assert seen_by(desk_team.colleague, now=NOW + HOUR) == set(), "it ends by itself"
    assert acts(case)[-1] == "opened"
    told = Notice.objects.get(recipient=desk_team.supervisor)
    assert reason not in told.body
    assert reason not in str(AuditEvent.objects.latest("pk").__dict__)


def test_nobody_opens_a_case_of_another_desk_in_an_emergency(take_in: TakeIn, other_team: Team) -> None:
    case = take_in(is_protected=True)
    with pytest.raises(InputMissing, match="あなたの窓口にありません"):
        protecting.open_in_emergency(
            number=case.number, reason="本人から電話があったため急いで", hours=1,
            actor=acting(other_team.supervisor), now=NOW,
        )  # fmt: skip


def test_protection_is_lifted_by_who_is_in_charge_or_supervises(take_in: TakeIn, desk_team: Team) -> None:
    case = take_in(is_protected=True)
    protecting.name_reader(
        case_id=case.public_id, user_id=desk_team.colleague.pk, actor=acting(desk_team.counsellor), now=NOW
    )
    values: dict[str, Any] = {"case_id": case.public_id, "is_protected": False, "seen": 0, "now": NOW}
    with pytest.raises(InputMissing, match="担当者か相談責任者"):
        protecting.protect(actor=acting(desk_team.colleague), **values)
    protecting.protect(actor=acting(desk_team.counsellor), **values)
    assert seen_by(desk_team.supervisor) == {case.number}


# --- Work ---


def test_contacts_are_added_once_and_never_changed(take_in: TakeIn, desk_team: Team) -> None:
    case, key = take_in(), uuid.uuid4()
    values: dict[str, Any] = {
        "case_id": case.public_id, "happened_at": NOW + HOUR, "method": "phone", "other_side": "本人",
        "text": "電話で話した", "minutes": 5, "key": key, "actor": acting(desk_team.counsellor), "now": LATER,
    }  # fmt: skip
    assert work.write_contact(**values).pk == work.write_contact(**values).pk
    case.refresh_from_db()
    assert case.last_contact_at == NOW + HOUR
    for act in (lambda: Contact.objects.update(text="別の話"), lambda: Contact.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    with pytest.raises(InputMissing, match="先の日時"):
        work.write_contact(**{**values, "key": uuid.uuid4(), "happened_at": LATER + HOUR})


def test_records_go_with_the_case_when_its_retention_has_ended(take_in: TakeIn, desk_team: Team) -> None:
    case = take_in()
    work.write_contact(
        case_id=case.public_id, happened_at=NOW, method="phone", other_side="", text="話", minutes=None,
        key=uuid.uuid4(), actor=acting(desk_team.counsellor), now=NOW,
    )  # fmt: skip
    Case.objects.update(disposed_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.update(text="別の話")
    Contact.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseEvent.objects.all().delete()


def test_the_next_due_day_is_the_first_of_tasks_and_leaving(take_in: TakeIn, desk_team: Team) -> None:
    case = take_in(leave_by=TODAY + dt.timedelta(days=10))
    actor = acting(desk_team.counsellor)

    def add(days: int) -> CaseTask:
        return work.add_task(
            case_id=case.public_id, title="確かめる", due_on=TODAY + dt.timedelta(days=days), user_id=None,
            key=uuid.uuid4(), actor=actor, now=NOW,
        )  # fmt: skip

    first = add(3)
    add(20)
    case.refresh_from_db()
    assert case.next_due_on == first.due_on
    work.finish_task(case_id=case.public_id, task_id=first.public_id, actor=actor, now=NOW)
    case.refresh_from_db()
    assert case.next_due_on == case.leave_by
    with pytest.raises(InputMissing, match="今日から"):
        add(-1)


def test_only_people_of_the_desk_are_put_in_charge_and_are_told_by_number(
    take_in: TakeIn, desk_team: Team, other_team: Team
) -> None:
    case, actor = take_in(name="見本 花子"), acting(desk_team.counsellor)
    with pytest.raises(InputMissing):
        work.assign(case_id=case.public_id, user_id=other_team.counsellor.pk, seen=0, actor=actor, now=NOW)
    work.assign(case_id=case.public_id, user_id=desk_team.colleague.pk, seen=0, actor=actor, now=NOW)
    told = Notice.objects.get(recipient=desk_team.colleague)
    assert case.number in told.subject
    assert "花子" not in told.subject + told.body
    with pytest.raises(Stale):
        work.assign(case_id=case.public_id, user_id=None, seen=0, actor=actor, now=NOW)


def test_a_protected_case_always_has_somebody_in_charge(take_in: TakeIn, desk_team: Team) -> None:
    case = take_in(is_protected=True)
    with pytest.raises(InputMissing, match="要保護"):
        work.assign(case_id=case.public_id, user_id=None, seen=0, actor=acting(desk_team.counsellor), now=NOW)


# --- Consents ---


def give(case: Case, team: Team, **values: Any) -> ConsentEvent:
    usual: dict[str, Any] = {
        "case_id": case.public_id, "purpose": "shops", "scope": ["conditions"], "recipients": "", "shop_id": None,
        "given_how": "written", "given_by": "self", "proxy": "", "given_on": TODAY,
        "until": TODAY + dt.timedelta(days=90), "key": uuid.uuid4(), "actor": acting(team.counsellor), "now": NOW,
    }  # fmt: skip
    return consents.give_consent(**{**usual, **values})


def test_a_withdrawal_is_one_more_event_and_ends_the_consent(take_in: TakeIn, desk_team: Team) -> None:
    case = take_in()
    event = give(case, desk_team)
    values: dict[str, Any] = {
        "case_id": case.public_id, "consent_id": event.public_id, "given_how": "phone", "given_by": "self",
        "actor": acting(desk_team.colleague), "now": LATER,
    }  # fmt: skip
    assert len(as_given(case.consents.all())) == 1
    assert consents.withdraw_consent(**values).pk == consents.withdraw_consent(**values).pk
    assert as_given(case.consents.all()) == ()
    assert case.consents.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentEvent.objects.update(scope=["contact"])


def test_a_shop_of_another_council_cannot_be_named(
    take_in: TakeIn, desk_team: Team, other_team: Team
) -> None:
    case = take_in()
    foreign = ring.shop(other_team.desk.council)
    with pytest.raises(InputMissing, match="この協議会の店"):
        give(case, desk_team, shop_id=foreign.public_id, scope=["contact"])
    with pytest.raises(InputMissing, match="だれに渡すか"):
        give(case, desk_team, purpose="agencies")


# --- Ending ---


def end(case: Case, team: Team, **values: Any) -> Case:
    case.refresh_from_db()
    usual: dict[str, Any] = {
        "case_id": case.public_id, "outcome": "contracted", "failure_reasons": [], "closing_note": "",
        "rent_yen": 50_000, "area": "見本町", "seen": case.revision, "actor": acting(team.counsellor), "now": LATER,
    }  # fmt: skip
    return closing.close(**{**usual, **values})


def test_a_case_ends_with_a_result_and_is_taken_up_again(take_in: TakeIn, desk_team: Team) -> None:
    case = take_in()
    with pytest.raises(InputMissing, match="家賃"):
        end(case, desk_team, rent_yen=None)
    with pytest.raises(InputMissing, match="不成約の理由"):
        end(case, desk_team, outcome="not_found")
    end(case, desk_team)
    with pytest.raises(Refused, match="終結しています"):
        end(case, desk_team)
    case.refresh_from_db()
    closing.reopen(case_id=case.public_id, seen=case.revision, actor=acting(desk_team.colleague), now=LATER)
    assert [(row.kind, row.outcome) for row in case.events.all()] == [
        ("opened", ""),
        ("closed", "contracted"),
        ("reopened", ""),
    ]


def test_what_is_still_to_be_done_keeps_a_case_open(take_in: TakeIn, desk_team: Team) -> None:
    case, actor = take_in(), acting(desk_team.counsellor)
    task = work.add_task(
        case_id=case.public_id,
        title="鍵を返す",
        due_on=TODAY,
        user_id=None,
        key=uuid.uuid4(),
        actor=actor,
        now=NOW,
    )
    with pytest.raises(Refused, match="済んでいない"):
        end(case, desk_team)
    work.finish_task(case_id=case.public_id, task_id=task.public_id, actor=actor, now=NOW)
    assert end(case, desk_team).state == "closed"


# --- Lists ---


def test_a_case_is_found_by_name_kana_number_and_telephone(take_in: TakeIn, desk_team: Team) -> None:
    take_in(name="髙橋 花子", kana="タカハシ ハナコ", phone="000-1234-5678", call_name="")
    take_in(name="別 人", phone="000-9999-0000")
    for words in ("高橋", "たかはし", "R8-相-0001", "1234-5678", "00012345678"):
        found = case_list(Tab.OPEN, acting(desk_team.colleague), words=words, cursor="", now=NOW)
        assert [case.number for case in found.cases] == ["R8-相-0001"], words


def test_a_list_goes_on_where_it_stopped(take_in: TakeIn, desk_team: Team) -> None:
    for day in range(60):
        take_in(leave_by=TODAY + dt.timedelta(days=day % 10))
    for tab in (Tab.OPEN, Tab.DUE):
        first = case_list(tab, acting(desk_team.colleague), words="", cursor="", now=NOW)
        rest = case_list(tab, acting(desk_team.colleague), words="", cursor=first.next_cursor, now=NOW)
        numbers = [case.number for case in (*first.cases, *rest.cases)]
        assert len(numbers) == len(set(numbers)) == 60
        assert rest.next_cursor == ""


def test_cases_nobody_touched_for_a_month_stand_in_a_list(take_in: TakeIn, desk_team: Team) -> None:
    old = take_in(now=NOW - dt.timedelta(days=31))
    take_in(now=NOW - dt.timedelta(days=29))
    found = case_list(Tab.STALE, acting(desk_team.colleague), words="", cursor="", now=NOW)
    assert [case.number for case in found.cases] == [old.number]


def test_the_same_telephone_is_flagged_never_merged_and_never_across_protection(
    take_in: TakeIn, desk_team: Team
) -> None:
    one, two = take_in(phone="000-1111-2222"), take_in(phone="0001111-2222", call_name="別の名")
    take_in(phone="000-1111-2222", is_protected=True)
    found = possible_duplicates(
        acting(desk_team.colleague), one_case(acting(desk_team.colleague), one.public_id, now=NOW), now=NOW
    )
    assert [(case.number, why) for case, why in found] == [(two.number, "電話番号が同じ")]
    assert Case.objects.count() == 3


def test_the_page_of_a_case_knows_who_may_lift_its_protection(take_in: TakeIn, desk_team: Team) -> None:
    case = take_in()
    may = {
        user.email: case_page(acting(user), case.public_id, now=NOW).may_lift
        for user in (desk_team.counsellor, desk_team.colleague, desk_team.supervisor)
    }
    assert list(may.values()) == [True, False, True]
