"""Make the demo's people of the ring: a 協議会担当 of the prefecture and one of a sample city. Refused in production."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Appointment, Department, Municipality, Role, User

#: The same for all demo people, here and in the other apps' demos.
PASSWORD: Final = "mihon-no-aikotoba-8"  # noqa: S105 -- printed on purpose; production refuses the demo


@dataclass(frozen=True, slots=True)
class Post:
    """An invented person and where they sit. A department that is not there is made, of the housing side."""

    email: str
    name: str
    code: str
    department: str
    short_name: str
    document_symbol: str


POSTS: Final = (
    Post("kyogikai@pref.example.jp", "輪島 結(見本)", "130001", "住宅政策本部(見本)", "住", "都住政(見本)"),
    Post("kyogikai@city1.example.jp", "戸口 開(見本)", "139912", "都市計画課", "都", "輪都計"),
)


class Command(BaseCommand):
    help = "協議会担当の見本の人を作ります(何度行っても同じです)。"

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("見本データは本番では読み込めません。")
        since = dt.date(timezone.localdate().year - 1, 4, 1)
        with transaction.atomic():
            people = [(post, _appointed(post, since=since)) for post in POSTS]
        if options["verbosity"] > 0:
            self._print(people)

    def _print(self, people: list[tuple[Post, Appointment]]) -> None:
        self.stdout.write("\n協議会担当の見本の人たち(すべて架空):")
        self.stdout.write(f"  パスワード: {PASSWORD}\n")
        for post, appointment in people:
            department = appointment.department
            self.stdout.write(f"[{department.municipality.name}]")
            self.stdout.write(
                f"  {post.email:<28}{post.name}  {department.name} {appointment.get_role_display()}"
            )


def _appointed(post: Post, *, since: dt.date) -> Appointment:
    """The person's appointment, with person and department; each made once."""
    user = User.objects.filter(email=post.email).first()
    user = user or User.objects.create_user(post.email, PASSWORD, name=post.name)
    appointment, _ = Appointment.objects.get_or_create(
        user=user,
        department=_department(post),
        role=Role.COUNCIL_OFFICER,
        until=None,
        defaults={"from_on": since},
    )
    return appointment


def _department(post: Post) -> Department:
    municipality = Municipality.objects.filter(code=post.code).first()
    if municipality is None:
        raise CommandError(
            f"自治体「{post.code}」がありません。先に manage.py load_reference を行ってください。"
        )
    department, _ = Department.objects.select_related("municipality").get_or_create(
        municipality=municipality,
        name=post.department,
        defaults={
            "short_name": post.short_name,
            "side": Department.Side.HOUSING,
            "document_symbol": post.document_symbol,
        },
    )
    return department
