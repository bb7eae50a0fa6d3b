"""Load the ring's data for a first run: categories, councils with desks and sessions; outside production also samples."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from councils.demo import load_sample_shops
from councils.intake.ring import load_ring
from councils.intake.ring_rows import RingDataError
from councils.services import directory


class Command(BaseCommand):
    help = "要配慮者の区分・居住支援協議会・相談窓口を読み込みます。登録済みのものは変えません(何度行っても同じです)。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        folder = settings.BASE_DIR / "fixtures" / "ring"
        parser.add_argument("--folder", type=Path, default=folder, help="読み込むファイルのあるフォルダー")
        parser.add_argument(
            "--without-samples",
            action="store_true",
            help="見本の協議会・窓口・店を読み込まない(本番では、いつも読み込みません)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with_samples = not options["without_samples"] and not settings.IS_PRODUCTION
        try:
            lines = _load(options["folder"], now=timezone.now(), with_samples=with_samples)
        except RingDataError as error:
            raise CommandError(f"読み込めませんでした。何も登録していません。\n{error}") from error
        if options["verbosity"] > 0:
            self.stdout.write("\n".join(lines))


@transaction.atomic
def _load(folder: Path, *, now: dt.datetime, with_samples: bool) -> list[str]:
    """All or nothing, the public directory included; what was done, in lines."""
    summary = load_ring(folder, now=now, with_samples=with_samples)
    if with_samples and (made := load_sample_shops(now=now)):
        summary.lines.append(f"協力不動産店(見本): 追加{made}件")
    directory.rebuild()
    return summary.lines
