"""照会: written, sent with a numbered letter, answered, judged, withdrawn; and the link for who has no account.

Nothing an inquiry says goes into the audit trail: a restricted one is named there by its id alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.rules.actor import Actor
from certification.documents.inquiry_letter import LetterSubject, inquiry_letter, render_inquiry, to_json
from certification.documents.letters import Sender
from certification.documents.rendering import UnprintableCharacter
from certification.models import (
    Application,
    CertificationSetting,
    Inquiry,
    InquiryLink,
    InquiryReader,
    InquirySubject,
    Letter,
)
from certification.rules.inquiries import (
    CODE_DIGITS,
    LINK_DAYS,
    MOST_TRIES,
    OPENING_WORDS,
    TAKES_INQUIRIES,
    Answer,
    Finding,
    InquiryKind,
    InquiryStatus,
    LinkState,
    Remedy,
    answer_problem,
    link_state,
    may_have_link,
    orders_of,
    remedy_problem,
    token_digest,
)
from certification.rules.procedures import Procedure
from certification.selectors.access import visible_inquiries
from certification.selectors.inquiries import (
    asked_orders,
    housing_rows,
    may_write,
    people_in_the_plan,
    possible_readers,
)
from certification.services import numbers
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.notices import tell_of_answer
from certification.services.trail import record
from certification.services.workflow import lock_case
from japan.calendar import add_business_days

ANSWER_DAYS: Final = 10
"""Business days a draft gives for the answer; no source names a number, the writer may change it."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """対象者, as typed."""

    name: str
    kana: str = ""
    birth_date: dt.date | None = None
    sex: str = ""
    address: str = ""
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class InquiryText:
    """What the writer of a draft gave."""

    addressee: str = ""
    question: str = ""
    due_on: dt.date | None = None
    orders: tuple[str, ...] = ()
    restricted: bool = False
    ground: str = ""
    reader_ids: tuple[int, ...] = ()
    subjects: tuple[Subject, ...] = ()


# --- Writing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(*, application_id: uuid.UUID, kind: InquiryKind, actor: Actor, now: dt.datetime) -> Inquiry:
    """A draft with the usual words and every order of this kind ticked. A draft of one's own not yet touched is taken
    up again, so that a second click makes no second one. Raises `NotFound`, `ActRefused`."""
    application = lock_case(application_id, actor=actor)
    if not may_write(actor, application, kind):
        raise NotFound("この照会は作れません。")
    if application.state not in TAKES_INQUIRIES:
        raise ActRefused("この申請は終わっているので、新しい照会はできません。")
    untouched = application.inquiries.filter(
        kind=kind, status=InquiryStatus.DRAFT, drafted_by=actor.user_id, revision=0
    ).first()
    if untouched:
        return untouched
    addressee, question = OPENING_WORDS[kind]
    inquiry = Inquiry.objects.create(
        application=application,
        kind=kind,
        restricted=kind == InquiryKind.POLICE,
        addressee=addressee,
        question=question,
        orders=list(orders_of(kind)),
        due_on=add_business_days(timezone.localdate(now), ANSWER_DAYS),
        drafted_by_id=actor.user_id,
        drafted_at=now,
    )
    InquiryReader.objects.create(
        inquiry=inquiry, user_id=actor.user_id, added_by_id=actor.user_id, added_at=now
    )
    if kind == InquiryKind.POLICE:
        _write_subjects(inquiry, [Subject(**row) for row in people_in_the_plan(application)])
    _record(inquiry, "drafted", actor=actor, now=now)
    return inquiry


@transaction.atomic
def edit(
    *,
    application_id: uuid.UUID,
    inquiry_id: uuid.UUID,
    text: InquiryText,
    actor: Actor,
    now: dt.datetime,
    seen: int,
) -> Inquiry:
    """Write a draft. Raises `NotFound`, `Stale`, `ActRefused`, `InputMissing`."""
    inquiry = _lock(application_id, inquiry_id, actor=actor, seen=seen)
    _refuse_unless(
        inquiry, InquiryStatus.DRAFT, "送った照会は、書き直せません。取り下げて、新しく作ってください。"
    )
    is_police = inquiry.kind == InquiryKind.POLICE
    inquiry.addressee, inquiry.question, inquiry.due_on = text.addressee, text.question, text.due_on
    inquiry.orders = [code for code in orders_of(inquiry.kind) if code in text.orders]
    inquiry.restricted = is_police or text.restricted
    inquiry.ground = text.ground if is_police else ""
    _save(inquiry)
    _name_readers(inquiry, text.reader_ids, actor=actor, now=now)
    if is_police:
        _write_subjects(inquiry, text.subjects)
    _record(inquiry, "edited", actor=actor, now=now)
    return inquiry


def _name_readers(inquiry: Inquiry, wanted: Sequence[int], *, actor: Actor, now: dt.datetime) -> None:
    """Exactly these people, of those who could be named; who drafted it and who writes it stay."""
    possible = {user.pk for user in possible_readers(inquiry.application, day=timezone.localdate(now))}
    named = (set(wanted) & possible) | {inquiry.drafted_by_id, actor.user_id}
    inquiry.readers.exclude(user__in=named).delete()
    known = set(inquiry.readers.values_list("user", flat=True))
    InquiryReader.objects.bulk_create(
        InquiryReader(inquiry=inquiry, user_id=user, added_by_id=actor.user_id, added_at=now)
        for user in sorted(named - known)
    )


def _write_subjects(inquiry: Inquiry, subjects: Sequence[Subject]) -> None:
    inquiry.subjects.all().delete()
    InquirySubject.objects.bulk_create(
        InquirySubject(
            inquiry=inquiry,
            position=position,
            name=row.name,
            kana=row.kana,
            birth_date=row.birth_date,
            sex=row.sex,
            address=row.address,
            role=row.role,
        )
        for position, row in enumerate(subjects, start=1)
    )


# --- Sending ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def send(
    *,
    application_id: uuid.UUID,
    inquiry_id: uuid.UUID,
    sent_on: dt.date,
    how: str,
    actor: Actor,
    now: dt.datetime,
    seen: int,
) -> Inquiry:
    """照会中: the letter gets its number and is kept. Raises `NotFound`, `Stale`, `ActRefused`, `InputMissing`."""
    inquiry = _lock(application_id, inquiry_id, actor=actor, seen=seen)
    _refuse_unless(inquiry, InquiryStatus.DRAFT, "この照会は、もう送っています。")
    _check_sendable(inquiry, sent_on=sent_on, today=timezone.localdate(now))
    inquiry.letter = _issue_letter(inquiry, sent_on=sent_on, actor=actor)
    inquiry.sent_on, inquiry.sent_how, inquiry.sent_by_id = sent_on, how, actor.user_id
    inquiry.status = InquiryStatus.OPEN
    _save(inquiry)
    _record(inquiry, "sent", actor=actor, now=now)
    return inquiry


def _check_sendable(inquiry: Inquiry, *, sent_on: dt.date, today: dt.date) -> None:
    if missing := _missing(inquiry):
        raise ActRefused(f"送る前に、{missing}を「照会を書く」で入れてください。")
    if sent_on > today:
        raise InputMissing("sent_on", "照会日は、きょうまでの日を入れてください。")
    filed = inquiry.application.submitted_at
    if filed and sent_on < timezone.localdate(filed):
        raise InputMissing("sent_on", "照会日が、申請の日より前になっています。")
    if inquiry.due_on and inquiry.due_on <= sent_on:
        raise ActRefused("回答の期限が照会日までになっています。「照会を書く」で、期限を直してください。")


def _missing(inquiry: Inquiry) -> str:
    needed: dict[str, object] = {
        "照会先の名称": inquiry.addressee.strip(),
        "照会する事項": inquiry.question.strip(),
        "回答の期限": inquiry.due_on,
    }
    if inquiry.kind == InquiryKind.POLICE:
        needed["疑いの根拠"] = inquiry.ground.strip()
        subjects = list(inquiry.subjects.all())
        needed["対象者"] = subjects
        needed["対象者全員の生年月日・性別・住所"] = all(
            row.birth_date and row.sex and row.address for row in subjects
        )
    return "、".join(name for name, value in needed.items() if not value)


def _issue_letter(inquiry: Inquiry, *, sent_on: dt.date, actor: Actor) -> Letter:
    setting = CertificationSetting.objects.select_related("lead_department").get(
        municipality=inquiry.application.municipality_id
    )
    assert inquiry.due_on is not None
    content = inquiry_letter(
        inquiry.kind,
        document_number=numbers.document_number(setting.lead_department, day=sent_on),
        issued_on=sent_on,
        addressee=inquiry.addressee,
        sender=Sender(
            title=setting.authority_title,
            name=setting.authority_name,
            omits_seal=setting.omits_seal,
            enquiry=setting.enquiry_text,
        ),
        about=_ABOUT[Procedure(inquiry.application.procedure)],
        housing=housing_rows(inquiry.application),
        question=inquiry.question,
        orders=[rule for _, rule in asked_orders(inquiry)],
        subjects=_letter_subjects(inquiry),
        due_on=inquiry.due_on,
    )
    try:
        pdf = render_inquiry(content)
    except UnprintableCharacter as error:
        raise ActRefused(str(error)) from error
    return Letter.objects.create(
        application=inquiry.application,
        kind=Letter.Kind.INQUIRY,
        department=setting.lead_department,
        document_number=content.document_number,
        issued_on=sent_on,
        content=to_json(content),
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        issued_by_id=actor.user_id,
    )


_ABOUT: Final = {
    Procedure.CERTIFICATION: "第40条第1項の認定の申請",
    Procedure.CHANGE: "第44条第1項の変更の認定の申請",
    Procedure.SUCCESSION: "第45条の地位の承継の承認の申請",
    Procedure.OTHER_USE: "第50条第1項の目的外使用の承認の申請",
}


def _letter_subjects(inquiry: Inquiry) -> list[LetterSubject]:
    return [
        LetterSubject(
            number=number,
            name=row.name,
            kana=row.kana,
            birth_date=row.birth_date,
            sex=row.get_sex_display(),
            address=row.address,
            role=row.role,
        )
        for number, row in enumerate(inquiry.subjects.all(), start=1)
    ]


# --- What came back ---------------------------------------------------------------------------------------------------


@transaction.atomic
def record_answer(
    *,
    application_id: uuid.UUID,
    inquiry_id: uuid.UUID,
    answer: Answer,
    answered_on: dt.date,
    actor: Actor,
    now: dt.datetime,
    seen: int,
) -> Inquiry:
    """回答済. Raises `NotFound`, `Stale`, `ActRefused`, `InputMissing`."""
    inquiry = _lock(application_id, inquiry_id, actor=actor, seen=seen)
    _refuse_unless(inquiry, InquiryStatus.OPEN, "この照会は、回答を待っていません。")
    if answered_on > timezone.localdate(now):
        raise InputMissing("answered_on", "回答日は、きょうまでの日を入れてください。")
    if inquiry.sent_on and answered_on < inquiry.sent_on:
        raise InputMissing("answered_on", "回答日が、照会日より前になっています。")
    inquiry.recorded_by_id = actor.user_id
    _keep_answer(inquiry, answer, answered_on=answered_on, now=now)
    _record(inquiry, "answered", actor=actor, now=now)
    return inquiry


def _keep_answer(inquiry: Inquiry, answer: Answer, *, answered_on: dt.date, now: dt.datetime) -> None:
    """Write an answer once and end its links."""
    if problem := answer_problem(inquiry.kind, inquiry.orders, answer):
        raise InputMissing(problem.field, problem.text)
    has_remedy = answer.finding == Finding.FOUND and inquiry.kind != InquiryKind.POLICE
    inquiry.status = InquiryStatus.ANSWERED
    inquiry.answered_on, inquiry.answerer = answered_on, answer.answerer
    inquiry.finding, inquiry.answer_text = answer.finding, answer.text
    inquiry.answers = {code: answer.orders[code] for code in inquiry.orders}
    if has_remedy:
        is_expected = answer.remedy == Remedy.YES
        inquiry.remedy = answer.remedy
        inquiry.remedy_on = answer.remedy_on if is_expected else None
        inquiry.remedy_note = answer.remedy_note
    inquiry.recorded_at = now
    _save(inquiry)
    _end_links(inquiry, now=now)


@transaction.atomic
def judge_remedy(
    *,
    application_id: uuid.UUID,
    inquiry_id: uuid.UUID,
    remedy: str,
    remedy_on: dt.date | None,
    remedy_note: str,
    remedied_on: dt.date | None,
    actor: Actor,
    now: dt.datetime,
    seen: int,
) -> Inquiry:
    """The office's own judgement of the prospect, or that it is remedied (要綱 第5の4: 見込みがないと判断されるとき).

    Raises `NotFound`, `Stale`, `ActRefused`, `InputMissing`.
    """
    inquiry = _lock(application_id, inquiry_id, actor=actor, seen=seen)
    found = inquiry.finding == Finding.FOUND and inquiry.kind != InquiryKind.POLICE
    if inquiry.status != InquiryStatus.ANSWERED or not found:
        raise ActRefused("是正の見込みを判断するのは、違反や支障があるという回答のあった照会だけです。")
    if problem := remedy_problem(remedy, on=remedy_on, note=remedy_note):
        raise InputMissing(problem.field, problem.text)
    if remedied_on and remedied_on > timezone.localdate(now):
        raise InputMissing("remedied_on", "是正を確かめた日は、きょうまでの日を入れてください。")
    inquiry.remedy, inquiry.remedy_note = remedy, remedy_note
    inquiry.remedy_on = remedy_on if remedy == Remedy.YES else None
    inquiry.remedied_on = remedied_on
    _save(inquiry)
    _record(inquiry, "judged", actor=actor, now=now)
    return inquiry


@transaction.atomic
def withdraw(
    *,
    application_id: uuid.UUID,
    inquiry_id: uuid.UUID,
    reason: str,
    actor: Actor,
    now: dt.datetime,
    seen: int,
) -> Inquiry:
    """取下げ, with a reason. Raises `NotFound`, `Stale`, `ActRefused`, `InputMissing`."""
    inquiry = _lock(application_id, inquiry_id, actor=actor, seen=seen)
    if inquiry.status not in (InquiryStatus.DRAFT, InquiryStatus.OPEN):
        raise ActRefused("回答のあった照会と、取り下げた照会は、取り下げられません。")
    if not reason.strip():
        raise InputMissing("reason", "取り下げる理由を書いてください。")
    inquiry.status = InquiryStatus.WITHDRAWN
    inquiry.withdrawn_at, inquiry.withdrawn_by_id, inquiry.withdraw_reason = now, actor.user_id, reason
    _save(inquiry)
    _end_links(inquiry, now=now)
    _record(inquiry, "withdrawn", actor=actor, now=now)
    return inquiry


# --- The link ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class NewLink:
    """Shown once to who made it; neither token nor code can be read again."""

    token: str
    code: str
    expires_at: dt.datetime


@transaction.atomic
def make_link(
    *,
    application_id: uuid.UUID,
    inquiry_id: uuid.UUID,
    days: int,
    actor: Actor,
    now: dt.datetime,
    seen: int,
) -> NewLink:
    """A link and its code, for the addressee alone; one made before ends. Raises `NotFound`, `Stale`, `ActRefused`."""
    inquiry = _lock(application_id, inquiry_id, actor=actor, seen=seen)
    if not may_have_link(inquiry.known) or days not in LINK_DAYS:
        raise ActRefused("この照会には、回答のリンクを作れません。")
    _end_links(inquiry, now=now)
    token = secrets.token_urlsafe(32)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    link = InquiryLink.objects.create(
        inquiry=inquiry,
        token_hash=token_digest(token),
        code_hash=_code_digest(token, code),
        created_by_id=actor.user_id,
        created_at=now,
        expires_at=now + dt.timedelta(days=days),
    )
    _save(inquiry)
    _record(inquiry, "link_made", actor=actor, now=now, details={"days": days})
    return NewLink(token=token, code=code, expires_at=link.expires_at)


def _code_digest(token: str, code: str) -> str:
    """Keyed: six digits alone could be tried out by who has a copy of the database."""
    return salted_hmac(
        "certification.inquiry_link", f"{token}:{code}", secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()


def _end_links(inquiry: Inquiry, *, now: dt.datetime) -> None:
    inquiry.links.filter(used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What became of a code: the link's state, whether it fitted, how many tries are left."""

    state: LinkState
    fits: bool = False
    tries_left: int = 0


@transaction.atomic
def try_code(*, token: str, code: str, now: dt.datetime) -> Tried:
    """Whether the code fits; a wrong one is counted. Raises `NotFound` for a token nobody made."""
    link = _lock_link(token)
    state = _state_of(link, now=now)
    if state != LinkState.OPEN:
        return Tried(state=state)
    if constant_time_compare(link.code_hash, _code_digest(token, code)):
        return Tried(state=state, fits=True)
    link.tries += 1
    link.save(update_fields=["tries"])
    return Tried(state=_state_of(link, now=now), tries_left=max(MOST_TRIES - link.tries, 0))


@transaction.atomic
def answer_by_link(*, token: str, answer: Answer, now: dt.datetime) -> LinkState:
    """Keep the answer of who proved to have the code; once. Returns the state the link was found in: only OPEN wrote.

    Raises `NotFound` for a token nobody made, `InputMissing`.
    """
    link = _lock_link(token)
    state = _state_of(link, now=now)
    if state != LinkState.OPEN:
        return state
    inquiry = link.inquiry
    link.used_at = now
    link.save(update_fields=["used_at"])
    _keep_answer(inquiry, answer, answered_on=timezone.localdate(now), now=now)
    record(
        inquiry.application,
        action="inquiry_answered",
        actor=None,
        now=now,
        details={"inquiry": str(inquiry.public_id), "by": "link"},
        outside=inquiry.addressee,
    )
    tell_of_answer(inquiry, now=now)
    return state


def _lock_link(token: str) -> InquiryLink:
    """The link, with its case and inquiry held: the same order as everywhere, the case first."""
    found = InquiryLink.objects.filter(token_hash=token_digest(token)).values_list(
        "inquiry__application", "pk"
    )
    row = found.first()
    if row is None:
        raise NotFound("このリンクは見つかりません。")
    Application.objects.select_for_update().values_list("pk", flat=True).get(pk=row[0])
    related = ("inquiry__application__municipality", "inquiry__application__plan__operator")
    return InquiryLink.objects.select_related(*related).get(pk=row[1])


def _state_of(link: InquiryLink, *, now: dt.datetime) -> LinkState:
    return link_state(
        link.inquiry.known,
        used=link.used_at is not None,
        revoked=link.revoked_at is not None,
        tries=link.tries,
        expires_at=link.expires_at,
        now=now,
    )


# --- Shared -----------------------------------------------------------------------------------------------------------


def _lock(application_id: uuid.UUID, inquiry_id: uuid.UUID, *, actor: Actor, seen: int) -> Inquiry:
    """The inquiry under the lock of its case, for who may write it. Raises `NotFound`, `Stale`."""
    application = lock_case(application_id, actor=actor)
    inquiry = visible_inquiries(actor).filter(application=application, public_id=inquiry_id).first()
    if inquiry is None or not may_write(actor, application, inquiry.kind):
        raise NotFound("この照会は見つかりません。")
    if inquiry.revision != seen:
        raise Stale
    inquiry.application = application
    return inquiry


def _refuse_unless(inquiry: Inquiry, status: InquiryStatus, text: str) -> None:
    if inquiry.status != status:
        raise ActRefused(text)


def _save(inquiry: Inquiry) -> None:
    inquiry.revision += 1
    inquiry.save()


def _record(
    inquiry: Inquiry, act: str, *, actor: Actor, now: dt.datetime, details: Mapping[str, Any] | None = None
) -> None:
    """By id; of a restricted inquiry not even the kind, for the trail is read by others too."""
    kind = {} if inquiry.restricted else {"kind": inquiry.kind}
    record(
        inquiry.application,
        action=f"inquiry_{act}",
        actor=actor,
        now=now,
        details={"inquiry": str(inquiry.public_id), **kind, **(details or {})},
    )


def record_view(inquiry: Inquiry, *, actor: Actor, now: dt.datetime) -> None:
    """Opening an inquiry is an event of the trail."""
    _record(inquiry, "viewed", actor=actor, now=now)
