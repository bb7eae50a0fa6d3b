"""Issuing letters: numbered, kept as sent, seen by those they are for, and handed on."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEvent, User
from accounts.selectors import actor_of
from certification.demo import Office, Walk
from certification.documents import Addressee, render
from certification.models import Letter, LetterDelivery, LetterTemplate, Operator
from certification.rules.letter_kinds import FOR_OPERATOR, RULES, DeliveryWay, LetterKind
from certification.selectors.access import visible_letters
from certification.selectors.letters import NONE_YET, kind_page
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.letter_templates import discard_template, publish_template, save_template
from certification.services.letters import addressees_of, issue, record_delivery
from tests.certification.documents.test_letters import text_of

KINDS = [kind for kind in LetterKind if kind != LetterKind.CORRECTION_REQUEST]


@pytest.fixture
def certified(proposed: Walk) -> Walk:
    return proposed.decide()


def actor(walk: Walk, user: User):
    return actor_of(user, day=walk.at.date())


def issued(walk: Walk, kind: LetterKind, *, alone: bool = True, **changes: str) -> Letter:
    """A letter about the plan alone, or about its case."""
    case = walk.application
    fields = {field.key: field.sample for field in RULES[kind].fields} | changes
    return issue(
        kind,
        plan=case.plan,
        application=None if alone else case,
        fields=fields,
        addressees=addressees_of(case.current_version),
        setting=walk.office.setting,
        actor=actor(walk, walk.office.desk),
        now=walk.at,
    )


def number_of(letter: Letter) -> int:
    found = re.search(r"第(\d+)号", letter.document_number)
    assert found
    return int(found[1])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("alone", [True, False])
def test_who_sees_a_letter(
    certified: Walk, outsider: tuple[Operator, User], kind: LetterKind, alone: bool
) -> None:
    """Staff of the case; the operator only what is for the operator; nobody else. 照会書 open with their inquiry alone."""
    letter = issued(certified, kind, alone=alone)
    office = certified.office

    def sees(user: User) -> bool:
        return visible_letters(actor(certified, user)).filter(pk=letter.pk).exists()

    assert sees(certified.user) == (kind in FOR_OPERATOR)
    assert not sees(outsider[1])
    for user in (office.desk, office.decider, office.viewer):
        assert sees(user) == (kind != LetterKind.INQUIRY)


def test_numbers_have_no_gap_also_after_a_refusal(certified: Walk) -> None:
    first = number_of(issued(certified, LetterKind.GUIDANCE))
    with pytest.raises(ActRefused, match="U\\+1F600"), transaction.atomic():
        issued(certified, LetterKind.GUIDANCE, reason="😀")
    with pytest.raises(InputMissing, match="お願いする理由"), transaction.atomic():
        issued(certified, LetterKind.GUIDANCE, reason=" ")
    assert number_of(issued(certified, LetterKind.REPORT_DEMAND)) == first + 1


def test_a_letter_needs_a_plan_or_a_case(certified: Walk) -> None:
    letter = issued(certified, LetterKind.GUIDANCE)
    assert list(Letter.objects.about_plan(certified.application.plan)) == list(Letter.objects.all())
    letter.pk, letter.plan, letter.document_number = None, None, "x"
    with pytest.raises(DatabaseError), transaction.atomic():
        letter.save(force_insert=True)


def test_an_inquiry_is_addressed_to_the_office_asked(certified: Walk) -> None:
    case, kind = certified.application, LetterKind.INQUIRY
    letter = issue(
        kind,
        plan=case.plan,
        application=case,
        fields={field.key: field.sample for field in RULES[kind].fields} | {"due_on": dt.date(2026, 7, 1)},
        addressees=[Addressee(name="輪野消防署長", honorific="殿")],
        setting=certified.office.setting,
        actor=actor(certified, certified.office.desk),
        now=certified.at,
    )
    assert "輪野消防署長殿" in text_of(bytes(letter.pdf))
    assert "令和8年7月1日" in text_of(bytes(letter.pdf))


# --- Words of a municipality ---


def published(office: Office, walk: Walk, kind: LetterKind, body: str) -> LetterTemplate:
    administrator = actor(walk, office.administrator)
    seen = kind_page(administrator, kind).seen
    save_template(kind, title="自治体の件名", body=body, actor=administrator, now=walk.at, seen=seen)
    seen = kind_page(administrator, kind).seen
    return publish_template(kind, actor=administrator, now=walk.at, seen=seen)


def test_a_sent_letter_does_not_change_with_the_words(certified: Walk) -> None:
    before = issued(certified, LetterKind.GUIDANCE)
    kept = (bytes(before.pdf), before.content, before.sha256)
    published(
        certified.office, certified, LetterKind.GUIDANCE, "{住宅の名称}について、自治体の言葉でお願いします。"
    )
    after = issued(certified, LetterKind.GUIDANCE)
    before.refresh_from_db()
    assert (bytes(before.pdf), before.content, before.sha256) == kept
    text = text_of(bytes(after.pdf))
    assert "自治体の件名" in text
    assert certified.application.housing_name + "について、自治体の言葉で" in text


def test_the_decision_is_worded_by_the_municipality(proposed: Walk) -> None:
    published(
        proposed.office,
        proposed,
        LetterKind.CERTIFICATION_NOTICE,
        "{申請年月日}の申請を認めます({認定番号})。",
    )
    letter = proposed.decide().application.letters.get()
    text = text_of(bytes(letter.pdf))
    assert f"の申請を認めます({proposed.application.plan.certified_number})。" in text
    assert "第41条及び第43条第1項" in text, "the basis stays"


def test_another_municipality_keeps_its_own_words(certified: Walk, other_office: Office) -> None:
    published(other_office, certified, LetterKind.GUIDANCE, "よその言葉。")
    assert "よその言葉" not in text_of(bytes(issued(certified, LetterKind.GUIDANCE).pdf))


def test_a_draft_is_not_used_and_a_faulty_one_not_published(certified: Walk) -> None:
    administrator, kind = actor(certified, certified.office.administrator), LetterKind.GUIDANCE
    for body, told in (("{無い項目}", "ここでは使えません"), ("😀", "U\\+1F600")):
        seen = kind_page(administrator, kind).seen
        save_template(kind, title="件名", body=body, actor=administrator, now=certified.at, seen=seen)
        with pytest.raises(ActRefused, match=told):
            publish_template(
                kind, actor=administrator, now=certified.at, seen=kind_page(administrator, kind).seen
            )
    assert "😀" not in text_of(bytes(issued(certified, kind).pdf))


def test_the_second_administrator_is_told(certified: Walk) -> None:
    administrator, kind = actor(certified, certified.office.administrator), LetterKind.GUIDANCE
    save_template(kind, title="一", body="一", actor=administrator, now=certified.at, seen=NONE_YET)
    with pytest.raises(Stale):
        save_template(kind, title="二", body="二", actor=administrator, now=certified.at, seen=NONE_YET)
    with pytest.raises(Stale):
        discard_template(kind, actor=administrator, now=certified.at, seen=NONE_YET)
    discard_template(kind, actor=administrator, now=certified.at, seen=kind_page(administrator, kind).seen)
    assert not LetterTemplate.objects.exists()


def test_only_the_administrator_words_letters(certified: Walk) -> None:
    with pytest.raises(NotFound):
        save_template(
            LetterKind.GUIDANCE, title="一", body="一", now=certified.at, seen=NONE_YET,
            actor=actor(certified, certified.office.desk),
        )  # fmt: skip


@pytest.mark.parametrize("statement", ["UPDATE {} SET title = 'x'", "DELETE FROM {}"])
def test_published_words_never_change(certified: Walk, statement: str) -> None:
    published(certified.office, certified, LetterKind.GUIDANCE, "本文。")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(LetterTemplate._meta.db_table))


# --- Handing on ---


def deliver(
    walk: Walk, letter: Letter, user: User, *, on: dt.date | None = None, seen: int = 0
) -> LetterDelivery:
    return record_delivery(
        letter.public_id,
        way=DeliveryWay.POST,
        delivered_on=on or letter.issued_on,
        note="簡易書留 1",
        actor=actor(walk, user),
        now=walk.at,
        seen=seen,
    )


def test_the_desk_records_how_a_letter_went_out(certified: Walk) -> None:
    letter = certified.application.letters.get()
    deliver(certified, letter, certified.office.desk)
    event = AuditEvent.objects.get(action="certification.letter_delivered")
    assert event.details["way"] == "post"
    assert "簡易書留" not in str(event.details), "free text stays out of the trail"
    with pytest.raises(Stale):
        deliver(certified, letter, certified.office.desk)
    deliver(certified, letter, certified.office.desk, seen=1)
    assert letter.deliveries.count() == 2


def test_others_do_not_record(certified: Walk) -> None:
    letter = certified.application.letters.get()
    for user in (certified.office.decider, certified.office.viewer, certified.user):
        with pytest.raises(NotFound):
            deliver(certified, letter, user)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_day_before_the_letter_or_after_today_is_refused(certified: Walk, days: int) -> None:
    letter = certified.application.letters.get()
    day = (letter.issued_on if days < 0 else certified.at.date()) + dt.timedelta(days=days)
    with pytest.raises(InputMissing, match="届けた日"):
        deliver(certified, letter, certified.office.desk, on=day)


@pytest.mark.parametrize("statement", ["UPDATE {} SET note = 'x'", "DELETE FROM {}"])
def test_a_delivery_is_only_ever_added(certified: Walk, statement: str) -> None:
    deliver(certified, certified.application.letters.get(), certified.office.desk)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(LetterDelivery._meta.db_table))


def test_letters_kept_before_print_the_same_bytes(certified: Walk) -> None:
    """Content kept without the newer keys is still read."""
    from certification.documents import from_json

    letter = certified.application.letters.get()
    old = {key: value for key, value in letter.content.items() if key != "layout"}
    assert render(from_json(old)) == bytes(letter.pdf)
