"""保存期間と廃棄, 開示, 訂正の請求, 統計の写し: what goes, what stays, who decides, what stands on record."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.selectors import NotVisible
from consultations.demo import Team, person
from consultations.models import (
    Case,
    CaseEvent,
    CaseOpening,
    CaseTask,
    ConferenceItem,
    ConsentEvent,
    Contact,
    ContactCount,
    DeskPost,
    Disposal,
    DisposalLine,
    FollowUp,
    InquiryCount,
    LegalHold,
    PlanStep,
    Referral,
    ReferralEvent,
    ShopInquiry,
    ShopInquiryEvent,
    SupportPlan,
)
from consultations.rules.cards import Wish
from consultations.rules.consents import Scope
from consultations.rules.plans import Step
from consultations.rules.purposes import Asker, CopyPurpose, DisclosurePurpose
from consultations.rules.retention import ERASED, ERASED_RECORDS, KEPT, KEPT_RECORDS
from consultations.rules.words import PostRole
from consultations.selectors.access import visible_cases
from consultations.selectors.disclosure import NOT_OF_THE_PERSON, PERSON
from consultations.selectors.statistics import Statistics, statistics_of
from consultations.services import (
    closing,
    conferences,
    consents,
    disposing,
    follow_ups,
    overriding,
    plans,
    protecting,
    referrals,
    retention,
    shop_inquiries,
    transfers,
    work,
)
from consultations.services.disclosing import CORRECTION, ask_correction, disclose
from consultations.services.errors import InputMissing, NotFound, Refused, Stale
from consultations.services.shop_links import token_of
from consultations.services.statistics import export_statistics
from tests.consultations.conftest import NOW, TakeIn, acting
from tests.councils import ring

SECRET = "ひみつのことば"
LONG_AGO = NOW.replace(year=2020, month=5, day=20)
CLOSED = LONG_AGO.replace(month=8, day=17)


@pytest.fixture
def old_team(desk_team: Team) -> Team:
    """The same people, at the desk since before the old cases."""
    DeskPost.objects.update(since=dt.date(2015, 4, 1))
    return desk_team


@pytest.fixture
def second(old_team: Team) -> Any:
    """Another supervisor of the desk."""
    user = person("sekinin2@desk.example.jp", "見守 次子(見本)")
    DeskPost.objects.create(
        desk=old_team.desk, user=user, role=PostRole.SUPERVISOR, since=dt.date(2015, 4, 1)
    )
    return user


@pytest.fixture
def old_case(take_in: TakeIn, old_team: Team) -> Case:
    """Everything a case can hold, closed in 令和2年度."""
    ring.category()
    words = dict.fromkeys(
        ("name", "kana", "call_name", "address", "contact_note", "proxy_name", "proxy_relation", "wished_area",
         "wishes", "summary", "language"), SECRET,
    )  # fmt: skip
    case = take_in(
        now=LONG_AGO, categories=("elderly",), primary="elderly", phone="000-1111-2222", email="h@example.jp",
        proxy_phone="000-3333-4444", birth_date=dt.date(1950, 8, 1), household="single", household_size=1,
        route="family", moving_reason="rent", obstacles=("age",), phone_rule="no_message", **words,
    )  # fmt: skip
    actor = acting(old_team.counsellor, now=LONG_AGO)
    for day in (1, 2):
        work.write_contact(
            case_id=case.public_id, happened_at=LONG_AGO + dt.timedelta(days=day), method="phone", other_side=SECRET,
            text=SECRET, minutes=3, key=uuid.uuid4(), actor=actor, now=LONG_AGO + dt.timedelta(days=3),
        )  # fmt: skip
    task = work.add_task(
        case_id=case.public_id, title=SECRET, due_on=LONG_AGO.date(), user_id=None, key=uuid.uuid4(), actor=actor,
        now=LONG_AGO,
    )  # fmt: skip
    work.finish_task(case_id=case.public_id, task_id=task.public_id, actor=actor, now=LONG_AGO)
    consent = consents.give_consent(
        case_id=case.public_id, purpose="agencies", scope=["situation"], recipients=SECRET, shop_id=None,
        given_how="written", given_by="self", proxy="", given_on=LONG_AGO.date(),
        until=LONG_AGO.date() + dt.timedelta(days=30), key=uuid.uuid4(), actor=actor, now=LONG_AGO,
    )  # fmt: skip
    consents.withdraw_consent(
        case_id=case.public_id, consent_id=consent.public_id, given_how="phone", given_by="self", actor=actor,
        now=LONG_AGO,
    )  # fmt: skip
    tell_others(case, old_team)
    protecting.protect(case_id=case.public_id, is_protected=True, seen=0, actor=actor, now=LONG_AGO)
    protecting.open_in_emergency(
        number=case.number,
        reason=SECRET * 3,
        hours=1,
        actor=acting(old_team.colleague, now=LONG_AGO),
        now=LONG_AGO,
    )
    protecting.protect(case_id=case.public_id, is_protected=False, seen=1, actor=actor, now=LONG_AGO)
    ended = end(case, old_team, now=CLOSED)
    later = CLOSED + dt.timedelta(days=31)
    follow_ups.record_follow_up(
        case_id=case.public_id, follow_up_id=ended.follow_ups.order_by("due_on")[0].public_id, result="well",
        happened_on=later.date(), text=SECRET, actor=acting(old_team.counsellor, now=later), now=later,
    )  # fmt: skip
    return ended


def tell_others(case: Case, team: Team) -> None:
    """A shop and an agency asked, a plan, a meeting; the case is then as anybody could leave it."""
    actor, until = acting(team.counsellor, now=LONG_AGO), LONG_AGO.date() + dt.timedelta(days=200)
    common: dict[str, Any] = {"actor": actor, "now": LONG_AGO}
    to = referrals.save_agency(
        agency_id=None, values={"kind": "other", "name": "見本社協"}, is_active=True,
        actor=acting(team.supervisor, now=LONG_AGO), now=LONG_AGO,
    )  # fmt: skip
    for purpose, recipients in (("shops", ""), ("agencies", to.name), ("council", "協議会")):
        consents.give_consent(
            case_id=case.public_id, purpose=purpose, scope=["conditions"], recipients=recipients, shop_id=None,
            given_how="phone", given_by="self", proxy="", given_on=LONG_AGO.date(), until=until, key=uuid.uuid4(),
            **common,
        )  # fmt: skip
    asked, seen = shop_inquiries.send(
        case_id=case.public_id, wish=Wish(area="見本町"), is_rare_accepted=True, key=uuid.uuid4(), seen=0,
        shop_ids=[ring.shop(team.desk.council).public_id, ring.shop(team.desk.council, "内見の店").public_id], **common,
    )  # fmt: skip
    for each, has_home in ((asked, False), (seen, True)):
        shop_inquiries.answer_by_link(
            token=token_of(each.public_id), has_home=has_home, offer="", rent_yen=None, reason="owner", now=LONG_AGO
        )  # fmt: skip
    seen.refresh_from_db()
    shop_inquiries.tell_stage(
        case_id=case.public_id, inquiry_id=seen.public_id, stage="viewed", happened_on=LONG_AGO.date(),
        seen=seen.revision, **common,
    )  # fmt: skip
    referrals.refer(
        case_id=case.public_id, agency_id=to.public_id, pieces=["conditions"], request="見守りのお願い", is_sure=False,
        key=uuid.uuid4(), seen=0, **common,
    )  # fmt: skip
    plans.write_plan(
        case_id=case.public_id, phase="before", situation=SECRET, wish=SECRET, goal=SECRET,
        steps=[Step(who=SECRET, what=SECRET)], review_on=LONG_AGO.date() + dt.timedelta(days=5), explained_on=None,
        key=uuid.uuid4(), seen=0, **common,
    )  # fmt: skip
    far = ring.desk(team.desk.council, "遠い窓口")
    DeskPost.objects.create(
        desk=far, user=team.colleague, role=PostRole.COUNSELLOR, since=dt.date(2015, 4, 1)
    )
    consents.give_consent(
        case_id=case.public_id, purpose="transfer", scope=list(Scope.values), recipients=far.name, shop_id=None,
        given_how="phone", given_by="self", proxy="", given_on=LONG_AGO.date(), until=until, key=uuid.uuid4(), **common
    )  # fmt: skip
    transfers.offer(
        case_id=case.public_id, desk_id=far.public_id, request="家に近いため", key=uuid.uuid4(), **common
    )
    DeskPost.objects.filter(user=team.counsellor).update(may_override=True)
    told = overriding.override_consent(
        case_id=case.public_id, agency_id=to.public_id, scope=["household"], ground="life", reason=SECRET * 2,
        key=uuid.uuid4(), **common,
    )  # fmt: skip
    overriding.review_override(
        consent_id=told.public_id, verdict="improper", note=SECRET, actor=acting(team.supervisor, now=LONG_AGO),
        now=LONG_AGO,
    )  # fmt: skip
    meeting = conferences.call(
        desk_id=team.desk.public_id, day=LONG_AGO.date(), starts_at=dt.time(14), place="", key=uuid.uuid4(), **common
    )  # fmt: skip
    item = conferences.put_on_agenda(conference_id=meeting.public_id, case_id=case.public_id, **common)
    conferences.note_item(
        conference_id=meeting.public_id, item_id=item.public_id, discussion=SECRET, decision=SECRET,
        next_review_on=None, roles=[], seen=0, **common,
    )  # fmt: skip


def end(case: Case, team: Team, *, now: dt.datetime = CLOSED, outcome: str = "contracted") -> Case:
    case.refresh_from_db()
    return closing.close(
        case_id=case.public_id, outcome=outcome, failure_reasons=[], closing_note=SECRET, rent_yen=51_000,
        area=SECRET, seen=case.revision, actor=acting(team.counsellor, now=now), now=now, is_followed=True,
    )  # fmt: skip


def dispose(team: Team, *, now: dt.datetime = NOW) -> Disposal:
    """By the one supervisor of the desk."""
    actor = acting(team.supervisor, now=now)
    disposal = retention.propose(desk_id=team.desk.public_id, actor=actor, now=now)
    words = f"{disposal.lines.count()}件を廃棄する"
    return retention.approve(disposal_id=disposal.public_id, typed=words, actor=actor, now=now)


def counted(team: Team, year: int, *, user: Any = None, **more: Any) -> Statistics:
    values = {"is_published": False, "today": NOW.date(), **more}
    return statistics_of(acting(user or team.supervisor), desk_id=None, year=year, **values)


# --- What goes and what stays ---


def test_every_column_and_record_of_a_case_is_either_kept_or_erased() -> None:
    """A column or a table that is added later has to be put on one of the lists."""
    columns = {field.name for field in Case._meta.concrete_fields}
    assert columns == KEPT | set(ERASED)
    assert not KEPT & set(ERASED)
    records = {relation.get_accessor_name() for relation in Case._meta.related_objects}
    assert records == {*ERASED_RECORDS, *KEPT_RECORDS}
    assert columns == set(PERSON) | NOT_OF_THE_PERSON, "what is disclosed is everything of the person"


def test_disposal_leaves_no_word_of_the_person(old_case: Case, old_team: Team) -> None:
    actor = acting(old_team.supervisor)
    put = retention.hold(number=old_case.number, reason=SECRET, actor=actor, now=NOW)
    retention.lift_hold(hold_id=put.public_id, actor=actor, now=NOW)
    dispose(old_team)
    old_case.refresh_from_db()
    assert old_case.disposed_at == NOW
    for model in (
        *(Contact, ConsentEvent, CaseOpening, CaseTask, LegalHold, ShopInquiry, ShopInquiryEvent, Referral),
        *(ReferralEvent, SupportPlan, PlanStep, FollowUp, ConferenceItem),
    ):
        assert not model.objects.filter(case=old_case).exists(), model
    left = str(Case.objects.filter(pk=old_case.pk).values().get())
    for word in (SECRET, "1111", "3333", "h@example.jp", "1950", "51000"):
        assert word not in left
    assert (old_case.age_band, old_case.household, old_case.outcome) == ("65-74", "single", "contracted")
    assert (old_case.closed_on, old_case.received_at.astimezone(NOW.tzinfo).day) == (dt.date(2020, 8, 1), 1)
    assert [row.label for row in old_case.categories.all()] == ["高齢者"]
    counts = ContactCount.objects.filter(case=old_case).values_list("month", "method", "number")
    assert list(counts) == [(dt.date(2020, 5, 1), "phone", 2)]
    asked = InquiryCount.objects.filter(case=old_case).values_list("month", "told", "answer", "number")
    month = dt.date(2020, 5, 1)
    assert sorted(asked) == [
        (month, "asked", "owner", 1),
        (month, "asked", "yes", 1),
        (month, "referred", "ended", 1),
        (month, "stage", "viewed", 1),
        (dt.date(2020, 9, 1), "followed", "well", 1),
    ]
    assert [row.kind for row in old_case.events.all()] == ["opened", "closed"]


def test_what_was_disposed_of_is_not_seen_and_still_counts(old_case: Case, old_team: Team) -> None:
    before = counted(old_team, 2021)  # 令和2年度 is too long ago for the page; it stands beside 令和3年度
    assert next(f.before for f in before.summary if f.label == "延べ") == 2
    dispose(old_team)
    assert counted(old_team, 2021).summary == before.summary
    assert [table.rows for table in counted(old_team, 2021).tables] == [table.rows for table in before.tables]
    assert not visible_cases(acting(old_team.counsellor), now=NOW).exists()
    with pytest.raises(NotFound):
        closing.reopen(case_id=old_case.public_id, seen=9, actor=acting(old_team.counsellor), now=NOW)
    with pytest.raises(InputMissing):
        retention.hold(
            number=old_case.number, reason="訴えのため", actor=acting(old_team.supervisor), now=NOW
        )


def test_a_protected_case_goes_when_its_time_comes_and_cannot_be_opened_after(
    take_in: TakeIn, old_team: Team
) -> None:
    case = end(take_in(now=LONG_AGO, is_protected=True), old_team)
    dispose(old_team)
    case.refresh_from_db()
    assert case.disposed_at
    assert not case.readers.exists()
    with pytest.raises(InputMissing):
        protecting.open_in_emergency(
            number=case.number,
            reason="今すぐ確かめたいことがある",
            hours=1,
            actor=acting(old_team.colleague),
            now=NOW,
        )


def test_records_cannot_go_before(old_case: Case) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        old_case.contacts.all().delete()


def test_a_mistake_in_the_middle_leaves_the_whole_case(
    old_case: Case, old_team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(disposing, "record", broken)
        with pytest.raises(RuntimeError):
            dispose(old_team)
    old_case.refresh_from_db()
    assert (old_case.disposed_at, old_case.name) == (None, SECRET)
    assert old_case.contacts.count() == 2
    disposal = Disposal.objects.get()
    assert disposal.approved_at, "the approval stands"
    retention.go_on(disposal_id=disposal.public_id, actor=acting(old_team.supervisor), now=NOW)
    old_case.refresh_from_db()
    assert old_case.disposed_at


# --- When, and who ---


def test_a_case_goes_on_the_first_of_april_after_five_full_years(old_case: Case, old_team: Team) -> None:
    day_before = NOW.replace(month=3, day=31)
    with pytest.raises(Refused, match="いまありません"):
        retention.propose(
            desk_id=old_team.desk.public_id, actor=acting(old_team.supervisor, now=day_before), now=day_before
        )
    first_day = NOW.replace(month=4, day=1)
    found = retention.propose(
        desk_id=old_team.desk.public_id, actor=acting(old_team.supervisor, now=first_day), now=first_day
    )
    assert [line.case for line in found.lines.all()] == [old_case]


def test_each_council_says_its_years(old_case: Case, old_team: Team) -> None:
    actor = acting(old_team.supervisor)
    values: dict[str, Any] = {"desk_id": old_team.desk.public_id, "actor": actor, "now": NOW}
    with pytest.raises(InputMissing, match="1年から30年"):
        retention.set_years(**values, years=0, seen=0)
    assert retention.set_years(**values, years=10, seen=0).years == 10
    with pytest.raises(Stale):
        retention.set_years(**values, years=3, seen=0)
    with pytest.raises(Refused):
        retention.propose(**values)
    assert AuditEvent.objects.get(action="consultations.retention_set").details == {"from": 5, "to": 10}


def test_the_second_supervisor_approves(old_case: Case, old_team: Team, second: Any) -> None:
    actor = acting(old_team.supervisor)
    disposal = retention.propose(desk_id=old_team.desk.public_id, actor=actor, now=NOW)
    again = retention.propose(desk_id=old_team.desk.public_id, actor=actor, now=NOW)
    assert again == disposal, "a second click is the same list"
    with pytest.raises(Refused, match="別の相談責任者"):
        retention.approve(disposal_id=disposal.public_id, typed="1件を廃棄する", actor=actor, now=NOW)
    retention.approve(disposal_id=disposal.public_id, typed="", actor=acting(second), now=NOW)
    disposal.refresh_from_db()
    assert (disposal.proposed_by_id, disposal.approved_by_id) == (old_team.supervisor.pk, second.pk)
    with pytest.raises(Refused, match="もう承認"):
        retention.approve(disposal_id=disposal.public_id, typed="", actor=acting(second), now=NOW)


def test_a_lone_supervisor_types_what_will_happen(old_case: Case, old_team: Team) -> None:
    actor = acting(old_team.supervisor)
    disposal = retention.propose(desk_id=old_team.desk.public_id, actor=actor, now=NOW)
    for typed in ("", "はい", "2件を廃棄する"):
        with pytest.raises(InputMissing, match="1件を廃棄する"):
            retention.approve(disposal_id=disposal.public_id, typed=typed, actor=actor, now=NOW)
    old_case.refresh_from_db()
    assert old_case.disposed_at is None
    retention.approve(disposal_id=disposal.public_id, typed="1件を廃棄する", actor=actor, now=NOW)
    approved = AuditEvent.objects.get(action="consultations.disposal_approved")
    assert (approved.details["alone"], approved.details["rows"]) == (True, 1)


def test_counsellors_and_other_desks_dispose_of_nothing(
    old_case: Case, old_team: Team, other_team: Team
) -> None:
    DeskPost.objects.update(since=dt.date(2015, 4, 1))
    disposal = retention.propose(desk_id=old_team.desk.public_id, actor=acting(old_team.supervisor), now=NOW)
    for user in (old_team.counsellor, other_team.supervisor):
        with pytest.raises(NotFound):
            retention.propose(desk_id=old_team.desk.public_id, actor=acting(user), now=NOW)
        with pytest.raises(NotFound):
            retention.approve(
                disposal_id=disposal.public_id, typed="1件を廃棄する", actor=acting(user), now=NOW
            )
    with pytest.raises(InputMissing):
        retention.hold(
            number=old_case.number, reason="訴えのため", actor=acting(other_team.supervisor), now=NOW
        )


def test_a_hold_keeps_a_case_until_it_is_lifted(old_case: Case, old_team: Team) -> None:
    actor = acting(old_team.supervisor)
    disposal = retention.propose(desk_id=old_team.desk.public_id, actor=actor, now=NOW)
    held = retention.hold(number=old_case.number, reason="訴えが続いている", actor=actor, now=NOW)
    with pytest.raises(InputMissing, match="もう廃棄を止めて"):
        retention.hold(number=old_case.number, reason="訴えが続いている", actor=actor, now=NOW)
    retention.approve(disposal_id=disposal.public_id, typed="1件を廃棄する", actor=actor, now=NOW)
    old_case.refresh_from_db()
    assert old_case.disposed_at is None, "held after it was proposed"
    assert "止められた" in disposal.lines.get().left_because
    retention.lift_hold(hold_id=held.public_id, actor=actor, now=NOW)
    dispose(old_team)
    old_case.refresh_from_db()
    assert old_case.disposed_at


def test_a_list_is_taken_back_and_an_approved_one_never_changes(old_case: Case, old_team: Team) -> None:
    actor = acting(old_team.supervisor)
    first = retention.propose(desk_id=old_team.desk.public_id, actor=actor, now=NOW)
    retention.withdraw(disposal_id=first.public_id, actor=actor, now=NOW)
    with pytest.raises(Refused, match="取り下げ"):
        retention.approve(disposal_id=first.public_id, typed="1件を廃棄する", actor=actor, now=NOW)
    second = dispose(old_team)
    for act in (
        lambda: Disposal.objects.filter(pk=second.pk).update(approved_by=old_team.counsellor),
        lambda: DisposalLine.objects.filter(disposal=second).update(left_because="ちがう"),
        lambda: ContactCount.objects.update(number=9),
        lambda: CaseEvent.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_the_trail_has_numbers_and_no_words(old_case: Case, old_team: Team) -> None:
    retention.hold(number=old_case.number, reason=SECRET, actor=acting(old_team.supervisor), now=NOW)
    retention.lift_hold(hold_id=LegalHold.objects.get().public_id, actor=acting(old_team.supervisor), now=NOW)
    dispose(old_team)
    acts = AuditEvent.objects.filter(subject_id=str(old_case.public_id)).values_list("action", flat=True)
    assert list(acts.order_by("pk"))[-3:] == [
        f"consultations.{act}" for act in ("held", "hold_lifted", "disposed")
    ]
    assert SECRET not in "".join(str(row.__dict__) for row in AuditEvent.objects.all())


# --- 統計 ---


def test_last_years_figures_stay_whatever_is_done_today(take_in: TakeIn, old_team: Team) -> None:
    last_year = NOW.replace(year=2025)
    cases = [take_in(now=last_year) for _ in range(3)]
    end(cases[0], old_team, now=last_year)
    before = counted(old_team, 2025)
    assert [(f.label, f.now) for f in before.summary][:1] == [("新規", 3)]
    end(cases[1], old_team, now=NOW)
    closing.reopen(
        case_id=cases[0].public_id, seen=Case.objects.get(pk=cases[0].pk).revision,
        actor=acting(old_team.counsellor), now=NOW,
    )  # fmt: skip
    take_in()
    after = counted(old_team, 2025)
    assert (after.summary, after.tables) == (before.summary, before.tables)


def test_the_published_version_has_no_protected_case_and_neither_has_a_counsellors(
    take_in: TakeIn, old_team: Team
) -> None:
    for number in range(6):
        take_in(is_protected=number == 0)

    def new(**more: Any) -> int | None:
        return counted(old_team, 2026, **more).summary[0].now

    assert new(is_published=True, with_protected=True) == 5
    assert new(is_published=False) == 5
    assert new(is_published=False, with_protected=True) == 6
    assert new(is_published=False, with_protected=True, user=old_team.counsellor) == 5


def test_each_desk_counts_its_own(take_in: TakeIn, old_team: Team, other_team: Team) -> None:
    take_in()
    assert counted(other_team, 2026).summary[0].now == 0
    other = statistics_of(
        acting(other_team.counsellor),
        desk_id=old_team.desk.public_id,
        year=2026,
        is_published=False,
        today=NOW.date(),
    )
    assert other.desk == other_team.desk
    with pytest.raises(NotVisible):
        statistics_of(
            acting(person("nobody@example.jp", "通りすがり")),
            desk_id=None,
            year=2026,
            is_published=True,
            today=NOW.date(),
        )


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_copy_is_on_record_with_its_lines_and_purpose(take_in: TakeIn, old_team: Team, kind: str) -> None:
    take_in()
    values: dict[str, Any] = {
        "desk_id": None, "year": 2026, "kind": kind, "with_protected": False, "actor": acting(old_team.counsellor),
        "now": NOW,
    }  # fmt: skip
    with pytest.raises(InputMissing, match="内部版は公表できません"):
        export_statistics(**values, is_published=False, purpose=CopyPurpose.PUBLISH)
    found = export_statistics(**values, is_published=False, purpose=CopyPurpose.COUNCIL)
    assert "公表不可" in found.name
    event = AuditEvent.objects.get(action="consultations.statistics_exported")
    assert event.details["version"] == "internal"
    assert event.details["purpose"] == "council"
    assert event.details["rows"] > 50
    published = export_statistics(**values, is_published=True, purpose=CopyPurpose.PUBLISH)
    assert "公表版" in published.name


# --- 開示と訂正 ---


def test_the_copy_holds_everything_and_its_purpose_is_on_record(old_case: Case, old_team: Team) -> None:
    values: dict[str, Any] = {
        "case_id": old_case.public_id, "purpose": DisclosurePurpose.DISCLOSURE, "asker": Asker.SELF, "now": NOW,
    }  # fmt: skip
    with pytest.raises(NotFound):
        disclose(**values, actor=acting(old_team.counsellor))
    _, sections = disclose(**values, actor=acting(old_team.supervisor))
    text = str(sections)
    for word in (
        SECRET,
        "000-1111-2222",
        "h@example.jp",
        "昭和25年8月1日",
        "51,000",
        "高齢者",
        "成約",
        "撤回",
    ):
        assert word in text, word
    details = AuditEvent.objects.get(action="consultations.disclosed").details
    assert (details["purpose"], details["asker"]) == ("disclosure", "self")
    assert SECRET not in str(details)


def test_a_protected_case_is_disclosed_only_by_whom_it_names(take_in: TakeIn, old_team: Team) -> None:
    case = take_in(is_protected=True)
    with pytest.raises(NotFound):
        disclose(
            case_id=case.public_id, purpose=DisclosurePurpose.DISCLOSURE, asker=Asker.SELF,
            actor=acting(old_team.supervisor), now=NOW,
        )  # fmt: skip


def test_a_request_to_correct_is_a_contact_also_of_an_ended_case(old_case: Case, old_team: Team) -> None:
    values: dict[str, Any] = {
        "case_id": old_case.public_id, "method": "visit", "asker": Asker.SELF, "key": uuid.uuid4(),
        "actor": acting(old_team.counsellor), "now": NOW,
    }  # fmt: skip
    with pytest.raises(InputMissing, match="どこを"):
        ask_correction(**values, text=" ")
    asked = ask_correction(**values, text="生まれた年がちがう")
    assert ask_correction(**values, text="生まれた年がちがう") == asked
    assert asked.text == f"{CORRECTION}生まれた年がちがう"
    assert "生まれた" not in str(AuditEvent.objects.get(action="consultations.correction_asked").__dict__)
