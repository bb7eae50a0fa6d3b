"""Invented 事前相談: contact points with hours, bookings to come and records in each standing, by the real services."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from accounts.models import Department, User
from accounts.rules.actor import Actor
from accounts.selectors import actor_of
from certification.demo import Office
from certification.models import Application, ContactPoint, OperatorUser, PreliminaryConsultation
from certification.rules.preliminary import AskerKind, ConsultationStatus, Hours, Topic, Way, bookable_days
from certification.selectors.access import staff_cases
from certification.selectors.preliminary import slots_of
from certification.services.booking import BookingContent, book_own
from certification.services.contact_points import ContactPointContent, save_contact_point
from certification.services.preliminary import ConsultationContent, record_consultation
from japan.calendar import add_business_days

_SIDES = {
    Department.Side.WELFARE: ((Topic.SOFT, Topic.PROCEDURE), "2階 3番窓口(見本)", "支援の内容が分かるもの"),
    Department.Side.HOUSING: ((Topic.HARD,), "4階 1番窓口(見本)", "平面図、付近見取図、建築確認の書類"),
}
"""By topic as 京都市 answers: the housing side for the building, the welfare side for the support."""


def contact_points(office: Office, *, now: dt.datetime) -> list[ContactPoint]:
    """Both sides of the office take bookings on three weekdays."""
    administrator = actor_of(office.administrator, day=timezone.localdate(now))
    return [
        save_contact_point(
            department_id=department.pk,
            content=ContactPointContent(
                topics=tuple(topic.value for topic in topics),
                place=place,
                bring=bring,
                hours=tuple(_hours(weekday, start) for weekday in (1, 2, 4) for start in (9, 13)),
            ),
            actor=administrator,
            now=now,
            seen=0,
        )
        for side, (topics, place, bring) in _SIDES.items()
        if (department := office.municipality.departments.filter(side=side).order_by("pk").first())
    ]


def _hours(weekday: int, start: int) -> Hours:
    return Hours(
        weekday=weekday, starts_at=dt.time(start, 30), ends_at=dt.time(start + 2, 30), minutes=60, places=1
    )


def book_first(point: ContactPoint, user: User, *, now: dt.datetime) -> None:
    """The first time the applicant may take."""
    first, last = bookable_days(timezone.localdate(now), by_staff=False)
    slot = slots_of(point, start=first, end=last)[0]
    operator = OperatorUser.objects.select_related("operator").get(user=user).operator
    book_own(
        point_id=point.public_id,
        day=slot.day,
        starts_at=slot.starts_at,
        content=BookingContent(
            topics=point.topic_codes[:1],
            asker_name=user.name,
            asker_organisation=operator.name,
            asker_contact="042-000-0000",
            note="2棟目の計画について、部屋の広さの数え方を聞きたいです。",
        ),
        operator_id=operator.public_id,
        actor=actor_of(user, day=timezone.localdate(now)),
        now=now,
    )


def records(office: Office, *, now: dt.datetime) -> list[PreliminaryConsultation]:
    """One whose next step is late, one to come, one done and tied to a case."""
    today = timezone.localdate(now)
    desk = actor_of(office.desk, day=today)
    case = staff_cases(desk).exclude(receipt_number="").order_by("pk").first()
    return [
        _record(desk, content, now=now)
        for content in (_late(office, today), _coming(office, today), _done(office, today, case))
    ]


def _record(actor: Actor, content: ConsultationContent, *, now: dt.datetime) -> PreliminaryConsultation:
    return record_consultation(content=content, key=uuid.uuid4(), actor=actor, now=now)


def _said(office: Office, **values: Any) -> ConsultationContent:
    shared = {"department_id": office.setting.lead_department_id, "officer_id": office.desk.pk}
    return ConsultationContent(**(shared | values))


def _late(office: Office, today: dt.date) -> ConsultationContent:
    return _said(
        office,
        received_on=add_business_days(today, -8),
        received_at=dt.time(10, 15),
        way=Way.VISIT,
        topics=(Topic.HARD.value,),
        asker_kind=AskerKind.LANDLORD,
        asker_name="仮名 次郎",
        asker_contact="090-0000-0000",
        housing_name="かめいハイツ",
        housing_address=f"{office.municipality.name}見本町三丁目5番6号",
        unit_count=8,
        construction_started="1979-09",
        dwelling_type="apartment",
        documents_brought=("平面図", "付近見取図"),
        hard_points="昭和54年着工。耐震診断の結果の書類が見当たらないとのこと。",
        answer="耐震性を確かめられる書類が要ることを説明した。",
        next_step="耐震診断の補助の担当課に聞いて、折り返し電話する",
        next_on=add_business_days(today, -3),
        status=ConsultationStatus.OPEN,
    )


def _coming(office: Office, today: dt.date) -> ConsultationContent:
    return _said(
        office,
        received_on=add_business_days(today, -2),
        received_at=dt.time(14, 0),
        way=Way.PHONE,
        topics=(Topic.SOFT.value,),
        asker_kind=AskerKind.SUPPORTER,
        asker_organisation="特定非営利活動法人かめい見守りの会",
        soft_points="安否確認を週1回の電話にしたい。1日に1回以上の要件を知らなかった。",
        answer="通信機器などで1日に1回以上の安否確認が要ることを説明した。",
        next_step="機器の資料がメールで届いたら確かめる",
        next_on=add_business_days(today, 3),
        status=ConsultationStatus.OPEN,
    )


def _done(office: Office, today: dt.date, case: Application | None) -> ConsultationContent:
    return _said(
        office,
        received_on=add_business_days(today, -30),
        received_at=None,
        way=Way.MAIL,
        topics=(Topic.PROCEDURE.value,),
        asker_kind=AskerKind.LANDLORD,
        asker_organisation=case.applicant_name if case else "",
        housing_name=case.housing_name if case else "",
        answer="添付書類の一覧を送り、書き方を説明した。",
        status=ConsultationStatus.DONE,
        receipt_number=case.receipt_number if case else "",
    )


def load(office: Office, user: User, *, now: dt.datetime) -> None:
    """Everything of one city."""
    points = contact_points(office, now=now)
    if points:
        book_first(points[0], user, now=now)
    records(office, now=now)
