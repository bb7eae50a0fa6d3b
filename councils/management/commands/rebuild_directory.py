"""Make the public directory anew: after a change of master data, or when a page and the directory disagree."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from councils.services.directory import rebuild


class Command(BaseCommand):
    help = "Make all entries of the public directory and their search index anew, while people search."

    def handle(self, *args: Any, **options: Any) -> None:
        for kind, count in rebuild().items():
            self.stdout.write(f"{kind.label}: {count:,}件")
