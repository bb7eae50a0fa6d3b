"""部屋の一覧を表から: what was pasted or chosen, the cells mended on the page, and what is to happen with it."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from certification.forms.applicant.rows import new_key
from certification.rules.plan import Unit
from certification.rules.unit_table import (
    MOST_UNITS,
    TableRefused,
    UnitTable,
    checked_size,
    read_units,
    split_text,
    to_text,
    with_kept_keys,
    with_mends,
)

MOST_MEND: Final = 200
"""Characters of a cell mended on the page."""

ADD, REPLACE = "add", "replace"
_MEND: Final = re.compile(r"cell-([0-9]{1,4})-([0-9]{1,2})")


class KeptText(forms.CharField):
    """Cells at the edges of a table may be blank: nothing is stripped."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, required=False, **options)


class UnitTableForm(forms.Form):
    """One text for the whole table. After `is_valid()` the rooms are in `units`, and `table` is what was read.

    `cells`: what an uploaded file held, in place of the text.
    """

    use_required_attribute = False
    mode = forms.ChoiceField(
        label="いまある部屋をどうするか",
        choices=[
            (REPLACE, "貼り付けた表に置き換える(表にない部屋は消えます)"),
            (ADD, "いまある部屋に加える"),
        ],
        widget=forms.RadioSelect,
        help_text="置き換えるときも、同じ番号の部屋は同じ部屋として扱います。",
        error_messages={"required": "置き換えるか、加えるかを選んでください。"},
    )
    text = KeptText(
        label="部屋の一覧",
        widget=forms.Textarea({"rows": 10, "wrap": "off", "spellcheck": "false", "class": "pasted"}),
        help_text="Excelで見出しの行ごと範囲を選んでコピーし、ここに貼り付けてください。",
    )
    file = forms.FileField(
        label="ファイルから読む",
        required=False,
        help_text="例: 部屋の一覧.xlsx。Excel(.xlsx)かCSV、5MBまで。選ぶと、貼り付けた内容の代わりに読みます。",
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, Any] | None = None,
        *,
        saved: tuple[Unit, ...],
        initial: dict[str, Any] | None = None,
        cells: list[list[str]] | str | None = None,
    ) -> None:
        super().__init__(data, files, initial={"mode": REPLACE, **(initial or {})}, label_suffix="")
        self.saved = saved
        self.cells = cells
        self.rows: list[list[str]] = []
        self.table: UnitTable | None = None
        if not saved:
            self.fields["mode"].widget = forms.HiddenInput()

    @property
    def upload(self) -> UploadedFile | None:
        """The file chosen, if any."""
        return self.files.get("file")

    def clean(self) -> dict[str, Any]:
        try:
            self.rows = self._rows()
            taken = [unit.number for unit in self.saved] if self.cleaned_data.get("mode") == ADD else []
            self.table = read_units(self.rows, taken=taken)
        except TableRefused as error:
            self.add_error("text", str(error))
            return self.cleaned_data
        if self.cleaned_data.get("mode") == ADD and len(self.table.rows) + len(self.saved) > MOST_UNITS:
            self.add_error(
                "text",
                f"いまある{len(self.saved)}部屋と合わせると{MOST_UNITS}部屋を超えます。減らしてください。",
            )
        return self.cleaned_data

    def _rows(self) -> list[list[str]]:
        """The cells, with those mended on the page."""
        if isinstance(self.cells, list):
            return checked_size(self.cells)
        text = self.cells if self.cells is not None else str(self.cleaned_data.get("text") or "")
        mends = {
            (int(match[1]), int(match[2])): str(value)[:MOST_MEND]
            for name, value in self.data.items()
            if self.cells is None and (match := _MEND.fullmatch(name))
        }
        return with_mends(split_text(text), mends)

    @property
    def kept_text(self) -> str:
        """The table as it now stands, to be sent again."""
        return to_text(self.rows) if self.rows else str(self.data.get("text", ""))

    @property
    def units(self) -> tuple[Unit, ...]:
        """What the house would have: after `is_valid()`, and while no cell is wrong."""
        assert self.table is not None
        if self.cleaned_data["mode"] == ADD:
            return _with_keys((*self.saved, *self.table.units))
        return _with_keys(with_kept_keys(self.table.units, saved=self.saved))

    def is_sound(self) -> bool:
        """Whether everything could be read."""
        return self.is_valid() and self.table is not None and not self.table.problems


def _with_keys(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Each room with a key; new ones get one of their own."""
    taken = {unit.key for unit in units}
    keyed = []
    for unit in units:
        key = unit.key or new_key(taken)
        taken.add(key)
        keyed.append(dataclasses.replace(unit, key=key))
    return tuple(keyed)
