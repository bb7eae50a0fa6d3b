"""Make the demo's desks with invented people and cases. Refused in production."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from consultations import demo
from councils.models import Council

#: Sample city and the address of its desk's people.
DESKS: Final = (("139912", "wa-desk.example.jp"), ("269913", "koto-desk.example.jp"))


class Command(BaseCommand):
    help = "相談窓口の見本の人と相談を作ります(何度行っても同じです)。"

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("見本データは本番では読み込めません。")
        now = timezone.now()
        since = timezone.localdate(now).replace(month=4, day=1)
        since = since.replace(year=since.year - 1)
        teams = []
        with transaction.atomic():
            for code, host in DESKS:
                council = Council.objects.filter(municipalities__code=code).order_by("pk").first()
                if council is None:
                    raise CommandError("協議会がありません。先に manage.py load_ring を行ってください。")
                team = demo.team(council, host=host, since=since)
                demo.load(team, now=now)
                teams.append(team)
        if options["verbosity"] > 0:
            self._print(teams)

    def _print(self, teams: list[demo.Team]) -> None:
        self.stdout.write("\n相談窓口の見本の人たち(すべて架空):")
        self.stdout.write(f"  パスワード: {demo.PASSWORD}\n")
        for team in teams:
            self.stdout.write(f"[{team.desk.name}]")
            for user, role in (
                (team.counsellor, "相談員"),
                (team.colleague, "相談員"),
                (team.supervisor, "相談責任者"),
            ):
                self.stdout.write(f"  {user.email:<28}{user.name}  {role}")
