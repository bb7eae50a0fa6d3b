"""Where something stands in a file of `fixtures/ring/`, and the checks of single values that report to there."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models

Row = Mapping[str, Any]
SomeModel = TypeVar("SomeModel", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Place:
    """A place named in words (file, row, part). What is wrong there goes to `faults`, which all places share."""

    name: str
    faults: list[str]

    def at(self, part: object) -> Place:
        """A place inside this one."""
        return Place(f"{self.name} {part}", self.faults)

    def fault(self, text: str) -> None:
        self.faults.append(f"{self.name}: {text}")

    def given(self, row: Row, names: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Any]:
        """The known values of a row. Unknown and missing names are faults: a typing slip is not silently lost."""
        known = {*names, *optional}
        for name in names:
            if name not in row:
                self.fault(f"{name} がありません。")
        for name in row:
            if name not in known:
                self.fault(f"{name} は知らない項目です。綴りを確かめてください。")
        return {name: value for name, value in row.items() if name in known}

    def objects(self, rows: Any) -> list[Row]:
        """The rows of a list; what is no object is a fault and left out."""
        if not isinstance(rows, list):
            self.fault("一覧([ ])で書いてください。")
            return []
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, dict):
                self.at(f"{number}件目").fault("項目を { } に入れて書いてください。")
        return [row for row in rows if isinstance(row, dict)]

    def texts(self, values: Any) -> list[str]:
        """A list of texts: codes or names."""
        if isinstance(values, list) and all(isinstance(value, str) for value in values):
            return values
        self.fault("文字の一覧([ ])で書いてください。")
        return []

    def date(self, value: Any) -> dt.date | None:
        """A day as 2025-10-01; none stays none."""
        if value is None:
            return None
        try:
            return dt.date.fromisoformat(value)
        except (TypeError, ValueError):
            self.fault(f"日付「{value}」は 2025-10-01 の形で書いてください。")
            return None

    def known(self, codes: Iterable[str], known: Iterable[str]) -> None:
        """Every code that is not known is a fault."""
        for code in codes:
            if code not in known:
                self.fault(f"「{code}」というコードはありません。")

    def once(self, keys: Iterable[str]) -> None:
        """Every key that stands there more than once is a fault."""
        for key, count in Counter(keys).items():
            if count > 1:
                self.fault(f"「{key}」が{count}回あります。1つにしてください。")

    def checked(self, row: SomeModel) -> SomeModel:
        """The row, its own fields validated; what it refers to is not there yet and is not asked for."""
        fields = row._meta.concrete_fields
        try:
            row.clean_fields(exclude={each.name for each in fields if each.is_relation})
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                self.at(name).fault(" ".join(texts))
        return row
