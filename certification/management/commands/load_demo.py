"""Load the demo: two invented cities, people in every standing, a case in every state. Refused in production."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Municipality, Notice
from certification import (
    demo_desk_work,
    demo_inquiries,
    demo_national,
    demo_notifications,
    demo_preliminary,
    demo_supervision,
)
from certification.demo import (
    PASSWORD,
    Office,
    Walk,
    applicant,
    item_numbers,
    sample_plan,
    staff_office,
    stories,
)
from certification.demo_approval import show_routes
from certification.demo_criteria import add_follow_up, add_own_number, add_rents
from certification.demo_letters import add_letters
from certification.demo_people import people_of_operators
from certification.models import Application
from certification.rules.workflow import Order, State
from japan.calendar import add_business_days

APPLICANTS = {
    Order.SERIAL: ("株式会社みほん住まい", "mihon@sumai.example.jp", "架空 太郎"),
    Order.PARALLEL: ("特定非営利活動法人みほんの輪", "wa@npo.example.jp", "例示 花子"),
}


class Command(BaseCommand):
    help = "Load invented demo data by walking the real services (idempotent)."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("見本データは本番では読み込めません。")
        offices = self._offices()
        if not Application.objects.filter(plan__operator__is_sample=True).exists():
            with transaction.atomic():
                for office in offices:
                    self._cases(office)
                    add_letters(office, now=timezone.now())
                self._routes(offices[-1])
                Notice.objects.update(mail_state=Notice.MailState.NONE)
        self._print(offices)

    def _offices(self) -> list[Office]:
        since = dt.date(timezone.localdate().year - 1, 4, 1)
        municipalities = Municipality.objects.filter(certification_setting__isnull=False).order_by("code")
        return [
            staff_office(row, prefix=f"city{number}", since=since)
            for number, row in enumerate(municipalities, 1)
        ]

    def _cases(self, office: Office) -> None:
        order = Order(office.setting.order)
        company, email, name = APPLICANTS[order]
        operator, user = applicant(company, email=email, name=name)
        soft, hard = item_numbers(office.setting)
        told = stories(soft=soft, hard=hard)
        cases = {}
        for number, (shown, (title, story)) in reversed(list(enumerate(told.items()))):
            start = add_business_days(timezone.localdate(), -14 - 2 * number)
            at = timezone.make_aware(dt.datetime.combine(start, dt.time(9, 10 + number)))
            plan = sample_plan(title, company=company, city=office.municipality.name)
            cases[shown] = story(Walk(office=office, user=user, at=at), operator, plan).application
            self._beside(cases[shown], office)
        demo_inquiries.load(office, cases, now=timezone.now())
        demo_national.load(office, cases, now=timezone.now())
        add_own_number(office.municipality, since=dt.date(timezone.localdate().year + 1, 4, 1))
        demo_preliminary.load(office, user, now=timezone.now())
        if order == Order.SERIAL:
            people_of_operators(office, operator, user, now=timezone.now())
        demo_notifications.load(office, operator, user, now=timezone.now())
        demo_supervision.load(office, now=timezone.now())
        demo_desk_work.load(office, cases, now=timezone.now())
        self.stdout.write(f"{office.municipality.name}: 申請{len(told)}件を作りました。")

    def _beside(self, application: Application, office: Office) -> None:
        """Rents nearby where a case is judged, works to follow up where a plan is certified."""
        if application.state == State.LEAD_REVIEW:
            add_rents(application, officer=office.desk, now=timezone.now())
        if application.state == State.CERTIFIED:
            add_follow_up(application, due_on=timezone.localdate() + dt.timedelta(days=20))

    def _routes(self, office: Office) -> None:
        """The last city decides along a route; its earlier cases were decided by one person."""
        order = Order(office.setting.order)
        company, email, name = APPLICANTS[order]
        operator, user = applicant(company, email=email, name=name)
        prefix = office.decider.email.partition("@")[2].partition(".")[0]
        since = dt.date(timezone.localdate().year - 1, 4, 1)
        hall = show_routes(office, prefix=prefix, since=since, operator=operator, user=user)
        for each in (hall.partner, hall.section_chief, hall.director, hall.deputy):
            self.stdout.write(f"  決裁の経路: {each.email:<28}{each.name}")
        self.stdout.write(f"{office.municipality.name}: 決裁の経路と申請4件を作りました。")

    def _print(self, offices: list[Office]) -> None:
        self.stdout.write("\n見本の人たち(すべて架空。合い言葉はみな同じ):")
        self.stdout.write(f"  パスワード: {PASSWORD}\n")
        for office in offices:
            self.stdout.write(f"[{office.municipality.name}] {office.setting.get_order_display()}")
            for user in office.people:
                posts = user.appointments.select_related("department")
                post = "、".join(f"{row.department.name} {row.get_role_display()}" for row in posts)
                self.stdout.write(f"  {user.email:<28}{user.name}  {post}")
            company, email, name = APPLICANTS[Order(office.setting.order)]
            self.stdout.write(f"  {email:<28}{name}(見本)  申請者 {company}")
