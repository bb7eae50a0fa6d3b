"""Load reference data: municipalities, thresholds, and the settings and 別表 of the municipalities named."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certification.intake.reference import ReferenceDataError, load_reference


class Command(BaseCommand):
    help = "自治体・基準の数値・別表を読み込みます。登録済みのものは変えません(何度行っても同じです)。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        folder = settings.BASE_DIR / "fixtures" / "reference"
        parser.add_argument("--folder", type=Path, default=folder, help="読み込むファイルのあるフォルダー")
        parser.add_argument(
            "--without-samples",
            action="store_true",
            help="見本の市を読み込まない(本番では、いつも読み込みません)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with_samples = not options["without_samples"] and not settings.IS_PRODUCTION
        try:
            summary = load_reference(options["folder"], now=timezone.now(), with_samples=with_samples)
        except ReferenceDataError as error:
            raise CommandError(f"読み込めませんでした。何も登録していません。\n{error}") from error
        if options["verbosity"] > 0:
            self.stdout.write("\n".join(summary.lines))
