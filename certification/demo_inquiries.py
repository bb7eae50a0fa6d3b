"""Invented 照会 for the demo and for tests, made by the real services. Everybody in them is made up."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accounts.models import User
from accounts.selectors import actor_of
from certification.demo import Office
from certification.models import Application, Inquiry
from certification.rules.inquiries import (
    Answer,
    Delivery,
    Finding,
    InquiryKind,
    OrderAnswer,
    Remedy,
    Sex,
)
from certification.services import inquiries
from certification.services.inquiries import InquiryText, Subject


def draft(
    case: Application,
    kind: InquiryKind,
    user: User,
    *,
    at: dt.datetime,
    addressee: str,
    readers: tuple[User, ...] = (),
    subject: str = "架空 太郎",
    ground: str = "見本の通報による。",
) -> Inquiry:
    """A draft ready to be sent, with an answer due ten days later."""
    actor = actor_of(user, day=timezone.localdate(at))
    begun = inquiries.begin(application_id=case.public_id, kind=kind, actor=actor, now=at)
    is_police = kind == InquiryKind.POLICE
    return inquiries.edit(
        application_id=case.public_id,
        inquiry_id=begun.public_id,
        text=InquiryText(
            addressee=addressee,
            question=begun.question or "この住宅について、届出のあった施設の有無を教えてください。",
            due_on=timezone.localdate(at) + dt.timedelta(days=10),
            orders=tuple(begun.orders),
            restricted=is_police,
            ground=ground if is_police else "",
            reader_ids=tuple(user.pk for user in readers),
            subjects=(_subject(subject),) if is_police else (),
        ),
        actor=actor,
        now=at,
        seen=begun.revision,
    )


def _subject(name: str) -> Subject:
    return Subject(
        name=name,
        kana="カクウ タロウ",
        birth_date=dt.date(1970, 1, 2),
        sex=Sex.MALE,
        address="見本町九丁目8番7号",
        role="代表取締役",
    )


def sent(inquiry: Inquiry, user: User, *, at: dt.datetime) -> Inquiry:
    """The same, sent by post."""
    return inquiries.send(
        application_id=inquiry.application.public_id,
        inquiry_id=inquiry.public_id,
        sent_on=timezone.localdate(at),
        how=Delivery.POST,
        actor=actor_of(user, day=timezone.localdate(at)),
        now=at,
        seen=inquiry.revision,
    )


def answered(
    inquiry: Inquiry,
    user: User,
    *,
    at: dt.datetime,
    finding: str = Finding.NOT_FOUND,
    remedy: str = "",
    remedy_on: dt.date | None = None,
) -> Inquiry:
    """The same, answered on paper: with a finding, the first order is 受けている."""
    orders = dict.fromkeys(inquiry.orders, OrderAnswer.NONE.value)
    if finding == Finding.FOUND and inquiry.orders:
        orders[inquiry.orders[0]] = OrderAnswer.UNDER.value
    return inquiries.record_answer(
        application_id=inquiry.application.public_id,
        inquiry_id=inquiry.public_id,
        answer=Answer(
            finding=finding, orders=orders, remedy=remedy, remedy_on=remedy_on, answerer="予防課 見本"
        ),
        answered_on=timezone.localdate(at),
        actor=actor_of(user, day=timezone.localdate(at)),
        now=at,
        seen=inquiry.revision,
    )


def load(office: Office, cases: dict[str, Application], *, now: dt.datetime) -> None:
    """Late, answered with a prospect, and restricted inquiries in the cases of a demo office."""
    desk, city = office.desk, office.municipality.name
    late = draft(
        cases["審査中"],
        InquiryKind.FIRE,
        desk,
        at=now - dt.timedelta(days=14),
        addressee=f"{city}消防署 予防課",
    )
    sent(late, desk, at=now - dt.timedelta(days=14))
    noted = draft(
        cases["取りまとめ"],
        InquiryKind.BUILDING,
        desk,
        at=now - dt.timedelta(days=8),
        addressee="見本県 建築指導課",
    )
    noted = sent(noted, desk, at=now - dt.timedelta(days=8))
    prospect = timezone.localdate(now) + dt.timedelta(days=40)
    answered(noted, desk, at=now, finding=Finding.FOUND, remedy=Remedy.YES, remedy_on=prospect)
    draft(
        cases["持回り"], InquiryKind.POLICE, desk, at=now - dt.timedelta(days=1), addressee="見本県警察本部"
    )
