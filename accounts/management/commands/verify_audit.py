"""`manage.py verify_audit`: is the audit trail as it was written?"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.audit import Report, verify


class Command(BaseCommand):
    """Names the first altered, missing, inserted, reordered or copied event. Ends with 1 when there is one."""

    help = "監査記録が書き換えられていないかを確かめます。最後に出る封印は、別の場所に控えてください。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect-seal",
            default="",
            metavar="封印",
            help="前に控えた封印。今の記録に含まれているかを確かめます。",
        )

    def handle(self, *args: Any, expect_seal: str, **options: Any) -> None:
        report = verify(expect_seal=expect_seal.strip())
        self.stdout.write(_counts(report))
        if report.problem is not None:
            self.stderr.write(f"監査記録に異常があります。{report.problem.text}")
            sys.exit(1)
        self.stdout.write("監査記録に異常はありません。")


def _counts(report: Report) -> str:
    return (
        f"封印済み {report.sealed}件(封印 {report.seals}個)、封印前 {report.unsealed}件\n"
        f"最後の封印 {report.last_hash}"
    )
