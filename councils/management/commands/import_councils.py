"""Read the prefecture's table of its councils and print what was understood; nothing is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from councils.intake.sheet import SheetRefused, read_sheet
from councils.rules.table import read_table
from councils.rules.table.reading import CouncilReading, Grade, Reading


class Command(BaseCommand):
    help = "Read a table of councils (.xlsx, .tsv). With --dry-run --format json, print a list with one object per council."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only read and print")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["dry_run"]:
            raise CommandError(
                "取り込みは画面の「一覧表の取り込み」から行ってください。このコマンドは --dry-run を付けて、読み取りの結果を見るためのものです。"
            )
        reading = _read(options["file"])
        if reading.is_stopped:
            raise CommandError(" ".join(problem.text for problem in reading.problems))
        for problem in reading.problems:
            self.stderr.write(f"{problem.grade.label} {problem.cell} {problem.text}")
        if options["format"] == "json":
            self.stdout.write(
                json.dumps([council.as_json() for council in reading.councils], ensure_ascii=False, indent=1)
            )
        else:
            self.stdout.write("\n".join(_lines(reading.councils)))


def _read(path: Path) -> Reading:
    try:
        return read_table(read_sheet(path.read_bytes(), file_name=path.name))
    except OSError as error:
        raise CommandError(f"「{path}」を開けません。ファイルの場所と名前を確かめてください。") from error
    except SheetRefused as refusal:
        raise CommandError(str(refusal)) from refusal


def _lines(councils: tuple[CouncilReading, ...]) -> list[str]:
    lines = []
    for council in councils:
        grades = [problem.grade for problem in council.problems]
        counted = "、".join(f"{grade.label}{grades.count(grade)}" for grade in Grade if grade in grades)
        lines.append(f"{council.row}行目 {council.name.value}: {counted or '問題なし'}")
        lines += [
            f"    {each.grade.label} {each.cell} {each.column}: {each.text}" for each in council.problems
        ]
    return lines
