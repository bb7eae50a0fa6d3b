"""Beginning a plan as a copy of another, and what is typed but not saved."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.rules.actor import Actor
from accounts.selectors import actor_of as actor_on
from certification.demo import Office, Walk
from certification.models import Application, Document, Operator, SectionDraft
from certification.rules.plan import Plan, Section
from certification.rules.workflow import Action
from certification.selectors.applicant import own_case, own_draft, same_house
from certification.services.drafts import KEPT_DAYS, sweep_drafts
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.periodic import sweep_files
from certification.services.planning import copy_plan, discard_draft, keep_draft, save_section

Owner = tuple[Operator, User]
NOW = timezone.now()


def actor_of(user: User) -> Actor:
    return actor_on(user, day=NOW.date())


@pytest.fixture
def source(walk: Walk, owner: Owner, plan: Plan) -> Application:
    """A whole plan with its documents, as filed."""
    return walk.file(owner[0], plan).application


@pytest.fixture
def draft(walk: Walk, owner: Owner, plan: Plan) -> Application:
    return walk.begin(owner[0], plan).application


def copy(source: Application, user: User, **given: Any) -> Application:
    defaults: dict[str, Any] = {
        "sections": [Section.PARTIES, Section.SUPPORT],
        "documents": [],
        "municipality_code": source.municipality.code,
        "key": uuid.uuid4(),
    }
    done = copy_plan(source_id=source.public_id, actor=actor_of(user), now=NOW, **(defaults | given))
    return done.application


# --- 前の計画を写す ---


def test_only_what_was_chosen_is_copied(source: Application, owner: Owner, plan: Plan) -> None:
    begun = copy(source, owner[1])
    copied = begun.current_version.value
    assert (copied.parties, copied.support) == (plan.parties, plan.support)
    assert (copied.buildings, copied.lease, copied.pledges) == ((), Plan().lease, ())
    assert begun.plan_id != source.plan_id
    assert begun.applicant_name == plan.applicant_name
    assert begun.current_version.documents.count() == 0


def test_a_pledge_is_made_anew_each_time(source: Application, owner: Owner) -> None:
    begun = copy(source, owner[1], sections=list(Section))
    assert begun.current_version.value.pledges == ()
    with pytest.raises(InputMissing):
        copy(source, owner[1], sections=[Section.PLEDGES])


def test_ticked_files_are_referred_to_and_live_as_long_as_either_row(
    source: Application, owner: Owner
) -> None:
    ticked, left = source.current_version.documents.order_by("pk")[:2]
    begun = copy(source, owner[1], documents=[ticked.public_id])
    (file,) = begun.current_version.documents.all()
    assert (file.stored_name, file.code) == (ticked.stored_name, ticked.code)
    assert file.public_id != ticked.public_id
    assert left.code not in {one.code for one in begun.current_version.documents.all()}
    file.delete()
    sweep_files(now=NOW + dt.timedelta(days=5))
    assert Document.objects.get(pk=ticked.pk).stored_name == ticked.stored_name


def test_a_second_click_begins_no_second_plan(source: Application, owner: Owner) -> None:
    key = uuid.uuid4()
    first, again = copy(source, owner[1], key=key), copy(source, owner[1], key=key)
    assert first.pk == again.pk
    assert Application.objects.count() == 2


def test_nobody_copies_what_is_not_theirs(
    source: Application, owner: Owner, outsider: Owner, office: Office
) -> None:
    for user in (outsider[1], office.desk):
        with pytest.raises(NotFound):
            copy(source, user)
    assert Application.objects.count() == 1


def test_a_copy_is_on_record_without_anybodys_name(source: Application, owner: Owner, plan: Plan) -> None:
    copy(source, owner[1])
    event = AuditEvent.objects.filter(action="certification.begin").latest("pk")
    assert event.details["sections"] == ["parties", "support"]
    assert plan.parties[0].name not in str(event.details)


def test_the_same_house_is_noticed_by_name_and_place(source: Application, owner: Owner) -> None:
    actor = actor_of(owner[1])
    same = copy(source, owner[1], sections=[Section.BUILDINGS])
    other = copy(source, owner[1])
    assert same_house(own_case(actor, same.public_id)) == [source]
    assert same_house(own_case(actor, other.public_id)) == []


def test_a_house_whose_plan_was_withdrawn_is_free_again(
    walk: Walk, owner: Owner, source: Application
) -> None:
    same = copy(source, owner[1], sections=[Section.BUILDINGS])
    Application.objects.filter(pk=source.pk).update(state="withdrawn")
    assert same_house(own_case(actor_of(owner[1]), same.public_id)) == []


# --- 書きかけ ---


def keep(application: Application, user: User, *, row: str = "", **fields: list[str]) -> SectionDraft:
    return keep_draft(
        application_id=application.public_id,
        section=Section.PRICE,
        row=row,
        fields=fields,
        actor=actor_of(user),
        now=NOW,
    )


def found(application: Application, user: User) -> SectionDraft | None:
    actor = actor_of(user)
    return own_draft(own_case(actor, application.public_id), section=Section.PRICE, row="", actor=actor)


def test_a_draft_keeps_what_was_typed_right_or_wrong_and_leaves_the_plan_alone(
    draft: Application, owner: Owner
) -> None:
    before = draft.current_version.content
    keep(draft, owner[1], monthly_yen=["三千"])
    keep(draft, owner[1], monthly_yen=["三千円くらい\x00"])
    kept = found(draft, owner[1])
    assert kept is not None
    assert kept.fields == {"monthly_yen": ["三千円くらい"]}
    draft.current_version.refresh_from_db()
    assert draft.current_version.content == before
    assert SectionDraft.objects.count() == 1


def test_a_draft_is_its_writers_alone(draft: Application, owner: Owner, outsider: Owner) -> None:
    colleague = User.objects.create(email="second@example.jp", name="架空 次郎")
    owner[0].members.create(user=colleague)
    keep(draft, owner[1], monthly_yen=["1"])
    assert found(draft, colleague) is None
    with pytest.raises(NotFound):
        keep(draft, outsider[1], monthly_yen=["1"])


def test_saving_the_section_takes_ones_own_draft_of_that_row_away(draft: Application, owner: Owner) -> None:
    keep(draft, owner[1], monthly_yen=["1"])
    keep(draft, owner[1], row="other", monthly_yen=["2"])
    save_section(
        application_id=draft.public_id,
        section=Section.PRICE,
        content=draft.current_version.content["price"],
        actor=actor_of(owner[1]),
        now=NOW,
        seen=draft.current_version.revision,
        row="",
    )
    assert [one.row for one in SectionDraft.objects.all()] == ["other"]


def test_a_save_that_was_too_late_keeps_the_draft(draft: Application, owner: Owner) -> None:
    keep(draft, owner[1], monthly_yen=["1"])
    with pytest.raises(Stale):
        save_section(
            application_id=draft.public_id,
            section=Section.PRICE,
            content=draft.current_version.content["price"],
            actor=actor_of(owner[1]),
            now=NOW,
            seen=99,
            row="",
        )
    assert SectionDraft.objects.count() == 1


def test_a_draft_is_thrown_away_by_its_writer(draft: Application, owner: Owner) -> None:
    keep(draft, owner[1], monthly_yen=["1"])
    given: dict[str, Any] = {
        "application_id": draft.public_id,
        "section": Section.PRICE,
        "row": "",
        "actor": actor_of(owner[1]),
    }
    assert discard_draft(**given)
    assert not discard_draft(**given)


@pytest.mark.parametrize("action", [Action.SUBMIT, Action.WITHDRAW])
def test_filing_and_withdrawal_forget_every_draft(
    action: Action, walk: Walk, owner: Owner, plan: Plan
) -> None:
    begun = walk.begin(owner[0], plan)
    keep(begun.application, owner[1], monthly_yen=["1"])
    begun.act(action, owner[1])
    assert SectionDraft.objects.count() == 0
    with pytest.raises(ActRefused):
        keep(begun.application, owner[1], monthly_yen=["1"])


def test_a_draft_larger_than_any_page_is_refused(draft: Application, owner: Owner) -> None:
    with pytest.raises(InputMissing):
        keep(draft, owner[1], monthly_yen=["あ" * 400_001])
    assert SectionDraft.objects.count() == 0


def test_old_drafts_are_swept(draft: Application, owner: Owner) -> None:
    keep(draft, owner[1], monthly_yen=["1"])
    assert sweep_drafts(now=NOW + dt.timedelta(days=KEPT_DAYS)) == 0
    assert sweep_drafts(now=NOW + dt.timedelta(days=KEPT_DAYS, seconds=1)) == 1


def test_no_draft_leaves_a_record(draft: Application, owner: Owner) -> None:
    before = AuditEvent.objects.count()
    keep(draft, owner[1], monthly_yen=["秘密の金額"])
    assert AuditEvent.objects.count() == before
