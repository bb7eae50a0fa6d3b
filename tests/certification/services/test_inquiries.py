"""照会 through the services: written, sent, answered, judged, withdrawn; what the database refuses; what it does to the decision."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Notice, User
from accounts.rules.actor import Actor
from accounts.selectors import actor_of
from certification import demo_inquiries
from certification.demo import Walk
from certification.models import Inquiry, InquiryLink, Letter
from certification.rules.inquiries import Answer, Finding, InquiryKind, InquiryStatus, LinkState, Remedy
from certification.services import inquiries
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.inquiries import InquiryText, Subject


def actor(user: User, walk: Walk) -> Actor:
    return actor_of(user, day=timezone.localdate(walk.at))


def written(walk: Walk, kind: InquiryKind = InquiryKind.FIRE, **more: Any) -> Inquiry:
    return demo_inquiries.draft(
        walk.application, kind, walk.office.desk, at=walk.at, addressee="見本の機関", **more
    )


def sent(walk: Walk, kind: InquiryKind = InquiryKind.FIRE) -> Inquiry:
    return demo_inquiries.sent(written(walk, kind), walk.office.desk, at=walk.at)


def answered(walk: Walk, kind: InquiryKind = InquiryKind.FIRE, **answer: Any) -> Inquiry:
    return demo_inquiries.answered(sent(walk, kind), walk.office.desk, at=walk.at, **answer)


def common(walk: Walk, inquiry: Inquiry, user: User | None = None) -> dict[str, Any]:
    inquiry.refresh_from_db(fields=["revision"])
    return {
        "application_id": walk.application.public_id,
        "inquiry_id": inquiry.public_id,
        "actor": actor(user or walk.office.desk, walk),
        "now": walk.at,
        "seen": inquiry.revision,
    }


# --- Writing and sending ---


def test_a_draft_opens_with_every_order_and_a_second_click_makes_no_second(accepted: Walk) -> None:
    begin: dict[str, Any] = {
        "application_id": accepted.application.public_id,
        "kind": InquiryKind.FIRE,
        "now": accepted.at,
    }
    first = inquiries.begin(**begin, actor=actor(accepted.office.desk, accepted))
    again = inquiries.begin(**begin, actor=actor(accepted.office.desk, accepted))

    assert first.pk == again.pk
    assert len(first.orders) == 9
    assert first.due_on is not None
    assert first.due_on > timezone.localdate(accepted.at)


def test_a_draft_to_the_police_opens_with_the_people_of_the_plan_and_is_restricted(accepted: Walk) -> None:
    begun = inquiries.begin(
        application_id=accepted.application.public_id,
        kind=InquiryKind.POLICE,
        actor=actor(accepted.office.desk, accepted),
        now=accepted.at,
    )

    assert begun.restricted
    assert [row.name for row in begun.subjects.all()] == ["架空 太郎", "例示 花子"]
    assert [row.user for row in begun.readers.all()] == [accepted.office.desk]


def test_sending_makes_a_numbered_letter_that_is_kept_byte_for_byte(accepted: Walk) -> None:
    inquiry = sent(accepted)
    letter = inquiry.letter

    assert inquiry.status == InquiryStatus.OPEN
    assert letter is not None
    assert letter.kind == Letter.Kind.INQUIRY
    assert letter.document_number.endswith("第1号")
    assert letter.sha256 == hashlib.sha256(bytes(letter.pdf)).hexdigest()


@pytest.mark.parametrize("without", ["addressee", "question", "due_on"])
def test_what_is_missing_is_told_before_it_is_sent(accepted: Walk, without: str) -> None:
    inquiry = written(accepted)
    setattr(inquiry, without, None if without == "due_on" else "")
    inquiry.save()

    with pytest.raises(ActRefused, match="照会を書く"):
        inquiries.send(**common(accepted, inquiry), sent_on=timezone.localdate(accepted.at), how="post")
    assert not Letter.objects.exists()


def test_the_police_are_not_asked_without_a_ground_or_without_knowing_of_whom(accepted: Walk) -> None:
    inquiry = written(accepted, InquiryKind.POLICE, ground=" ")
    inquiry.subjects.update(birth_date=None)

    with pytest.raises(ActRefused, match="疑いの根拠、対象者全員の生年月日"):
        inquiries.send(**common(accepted, inquiry), sent_on=timezone.localdate(accepted.at), how="post")


@pytest.mark.parametrize(("days", "field"), [(1, "sent_on"), (-30, "sent_on")])
def test_the_day_of_the_letter_lies_between_the_application_and_today(
    accepted: Walk, days: int, field: str
) -> None:
    day = timezone.localdate(accepted.at) + dt.timedelta(days=days)

    with pytest.raises(InputMissing) as raised:
        inquiries.send(**common(accepted, written(accepted)), sent_on=day, how="post")
    assert raised.value.field == field


def test_an_older_page_writes_nothing(accepted: Walk) -> None:
    inquiry = written(accepted)
    seen = common(accepted, inquiry) | {"seen": inquiry.revision - 1}

    with pytest.raises(Stale):
        inquiries.withdraw(**seen, reason="古い画面")


def test_a_draft_is_written_anew_and_a_sent_one_is_not(accepted: Walk) -> None:
    inquiry = sent(accepted)

    with pytest.raises(ActRefused, match="書き直せません"):
        inquiries.edit(**common(accepted, inquiry), text=InquiryText(addressee="ほか"))


# --- What the database refuses ---


@pytest.mark.parametrize(
    "change",
    [
        {"question": "別のこと"},
        {"orders": []},
        {"addressee": "別の所"},
        {"due_on": dt.date(2030, 1, 1)},
        {"sent_on": None},
    ],
)
def test_what_was_asked_never_changes(accepted: Walk, change: dict[str, Any]) -> None:
    inquiry = sent(accepted)

    with pytest.raises(IntegrityError), transaction.atomic():
        Inquiry.objects.filter(pk=inquiry.pk).update(**change)


@pytest.mark.parametrize("change", [{"finding": "found"}, {"answers": {}}, {"answer_text": "別の回答"}])
def test_what_was_answered_never_changes(accepted: Walk, change: dict[str, Any]) -> None:
    inquiry = answered(accepted)

    with pytest.raises(IntegrityError), transaction.atomic():
        Inquiry.objects.filter(pk=inquiry.pk).update(**change)


def test_a_sent_inquiry_and_its_subjects_stay(accepted: Walk) -> None:
    inquiry = sent(accepted, InquiryKind.POLICE)

    for refused in (
        lambda: inquiry.subjects.update(name="別人"),
        lambda: inquiry.subjects.all().delete(),
        lambda: inquiry.subjects.create(position=9, name="加えた人"),
        lambda: Inquiry.objects.filter(pk=inquiry.pk)._raw_delete("default"),
        lambda: Inquiry.objects.filter(pk=inquiry.pk).update(kind="fire", restricted=False),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            refused()


def test_an_inquiry_to_the_police_is_restricted_by_the_database_too(accepted: Walk) -> None:
    inquiry = written(accepted, InquiryKind.POLICE)

    with pytest.raises(IntegrityError), transaction.atomic():
        Inquiry.objects.filter(pk=inquiry.pk).update(restricted=False)


# --- Who may write ---


def test_a_reviewer_asks_the_fire_station_and_not_the_police(accepted: Walk) -> None:
    reviewer = accepted.office.reviewers[accepted.second_id]
    begin: dict[str, Any] = {"application_id": accepted.application.public_id, "now": accepted.at}

    assert inquiries.begin(**begin, kind=InquiryKind.FIRE, actor=actor(reviewer, accepted)).pk
    with pytest.raises(NotFound):
        inquiries.begin(**begin, kind=InquiryKind.POLICE, actor=actor(reviewer, accepted))


def test_a_colleague_who_is_not_named_cannot_write_and_one_who_is_named_can_read(accepted: Walk) -> None:
    inquiry = written(accepted, InquiryKind.POLICE)

    with pytest.raises(NotFound):
        inquiries.withdraw(**common(accepted, inquiry, accepted.office.colleague), reason="勝手に")


def test_an_applicant_asks_nobody(accepted: Walk) -> None:
    for kind in InquiryKind:
        with pytest.raises(NotFound):
            inquiries.begin(
                application_id=accepted.application.public_id,
                kind=kind,
                actor=actor(accepted.user, accepted),
                now=accepted.at,
            )


def test_only_people_of_the_case_can_be_named(accepted: Walk, outsider: tuple[Any, User]) -> None:
    inquiry = written(accepted, InquiryKind.POLICE)
    text = InquiryText(
        reader_ids=(outsider[1].pk, accepted.office.viewer.pk), subjects=(Subject(name="架空 太郎"),)
    )
    inquiries.edit(**common(accepted, inquiry), text=text)

    assert {row.user for row in inquiry.readers.all()} == {accepted.office.desk, accepted.office.viewer}


# --- What it does to the decision ---


def test_an_open_inquiry_keeps_the_case_from_being_certified_and_not_from_being_refused(
    gathered: Walk,
) -> None:
    sent(gathered)

    with pytest.raises(ActRefused, match="回答を待っている照会が1件"):
        gathered.propose()
    assert gathered.propose_refusal("41-2", "構造が基準に適合しないため。").application.state == "deciding"


@pytest.mark.parametrize(
    ("kind", "answer", "words"),
    [
        (InquiryKind.POLICE, {"finding": Finding.FOUND}, "閲覧制限のある照会の回答により、認定はできません"),
        (InquiryKind.FIRE, {"finding": Finding.FOUND, "remedy": Remedy.NO}, "消防署への照会の回答により"),
        (InquiryKind.BUILDING, {"finding": Finding.FOUND, "remedy": Remedy.UNKNOWN}, "見込みを判断して"),
    ],
)
def test_an_answer_that_bars_leaves_only_a_refusal(
    gathered: Walk, kind: InquiryKind, answer: dict[str, Any], words: str
) -> None:
    answered(gathered, kind, **answer)

    with pytest.raises(ActRefused, match=words):
        gathered.propose()
    assert gathered.propose_refusal("42", "欠格要件に該当するため。").decide().application.state == "refused"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"finding": Finding.FOUND, "remedy": Remedy.YES, "remedy_on": dt.date(2026, 9, 30)},
    ],
)
def test_a_clean_answer_or_a_noted_prospect_lets_it_be_certified(
    gathered: Walk, answer: dict[str, Any]
) -> None:
    answered(gathered, **answer)

    assert gathered.propose().decide().application.state == "certified"


def test_what_is_remedied_no_longer_bars(gathered: Walk) -> None:
    inquiry = answered(gathered, finding=Finding.FOUND, remedy=Remedy.NO)
    inquiries.judge_remedy(
        **common(gathered, inquiry),
        remedy=Remedy.YES,
        remedy_on=None,
        remedy_note="改修を確かめた。",
        remedied_on=timezone.localdate(gathered.at),
    )

    assert gathered.propose().application.state == "deciding"


def test_an_inquiry_sent_after_the_proposal_stops_the_decision_to_certify(proposed: Walk) -> None:
    inquiry = sent(proposed)

    with pytest.raises(ActRefused, match="回答を待っている照会"):
        proposed.decide()
    inquiries.withdraw(**common(proposed, inquiry), reason="確かめる必要がなくなったため。")
    assert proposed.decide().application.state == "certified"


def test_no_prospect_is_judged_where_nothing_was_found(accepted: Walk) -> None:
    inquiry = answered(accepted)

    with pytest.raises(ActRefused):
        inquiries.judge_remedy(
            **common(accepted, inquiry), remedy="no", remedy_on=None, remedy_note="", remedied_on=None
        )


def test_a_case_that_ended_without_certificate_takes_no_new_inquiry(gathered: Walk) -> None:
    gathered.propose_refusal("41-2", "構造が基準に適合しないため。").decide()

    with pytest.raises(ActRefused, match="終わっている"):
        inquiries.begin(
            application_id=gathered.application.public_id,
            kind=InquiryKind.FIRE,
            actor=actor(gathered.office.desk, gathered),
            now=gathered.at,
        )


# --- The link ---


@pytest.fixture
def linked(accepted: Walk) -> tuple[Walk, Inquiry, inquiries.NewLink]:
    inquiry = sent(accepted)
    return accepted, inquiry, inquiries.make_link(**common(accepted, inquiry), days=7)


Linked = tuple[Walk, Inquiry, inquiries.NewLink]


def clean(inquiry: Inquiry) -> Answer:
    return Answer(
        finding="not_found", orders=dict.fromkeys(inquiry.orders, "none"), answerer="見本消防署 見本"
    )


def test_neither_token_nor_code_is_kept(linked: Linked) -> None:
    _, inquiry, link = linked
    kept = str(InquiryLink.objects.values().get(inquiry=inquiry))
    trail = str(list(AuditEvent.objects.values()))

    assert link.token not in kept + trail
    assert link.code not in kept
    assert len(link.code) == 6


def test_an_answer_by_link_is_kept_once_and_tells_who_asked(linked: Linked) -> None:
    walk, inquiry, link = linked
    assert inquiries.try_code(token=link.token, code=link.code, now=walk.at).fits
    assert inquiries.answer_by_link(token=link.token, answer=clean(inquiry), now=walk.at) == LinkState.OPEN

    inquiry.refresh_from_db()
    assert (inquiry.status, inquiry.recorded_by, inquiry.answerer) == ("answered", None, "見本消防署 見本")
    assert Notice.objects.filter(recipient=walk.office.desk, subject__contains="照会の回答").count() == 1
    event = AuditEvent.objects.filter(action="certification.inquiry_answered").get()
    assert (event.actor_role, event.actor_organisation) == ("照会先", "見本の機関")
    assert inquiries.answer_by_link(token=link.token, answer=clean(inquiry), now=walk.at) == LinkState.USED


def test_five_wrong_codes_lock_the_link(linked: Linked) -> None:
    walk, inquiry, link = linked
    wrong = "000000" if link.code != "000000" else "111111"
    tried = [inquiries.try_code(token=link.token, code=wrong, now=walk.at) for _ in range(5)]

    assert [one.tries_left for one in tried] == [4, 3, 2, 1, 0]
    assert tried[-1].state == LinkState.LOCKED
    assert inquiries.try_code(token=link.token, code=link.code, now=walk.at).state == LinkState.LOCKED
    assert inquiries.answer_by_link(token=link.token, answer=clean(inquiry), now=walk.at) == LinkState.LOCKED


def test_a_link_ends_with_its_days_with_a_new_one_and_with_the_inquiry(linked: Linked) -> None:
    walk, inquiry, link = linked
    late = walk.at + dt.timedelta(days=7)
    assert inquiries.try_code(token=link.token, code=link.code, now=late).state == LinkState.EXPIRED

    newer = inquiries.make_link(**common(walk, inquiry), days=3)
    assert inquiries.try_code(token=link.token, code=link.code, now=walk.at).state == LinkState.CLOSED
    inquiries.withdraw(**common(walk, inquiry), reason="不要")
    assert inquiries.try_code(token=newer.token, code=newer.code, now=walk.at).state == LinkState.CLOSED


def test_a_token_nobody_made_opens_nothing(linked: Linked) -> None:
    walk, _, link = linked
    with pytest.raises(NotFound):
        inquiries.try_code(token="nobody", code=link.code, now=walk.at)


def test_an_answer_that_does_not_fit_leaves_the_link_open(linked: Linked) -> None:
    walk, _, link = linked
    with pytest.raises(InputMissing):
        inquiries.answer_by_link(token=link.token, answer=Answer(finding="found"), now=walk.at)

    assert inquiries.try_code(token=link.token, code=link.code, now=walk.at).fits


def test_for_the_police_there_is_no_link(accepted: Walk) -> None:
    inquiry = sent(accepted, InquiryKind.POLICE)

    with pytest.raises(ActRefused):
        inquiries.make_link(**common(accepted, inquiry), days=7)
