"""Beside the national system: the 計画番号, the file, and which of its columns is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms

from certification.documents.workbook import column_name
from certification.rules.national import Columns, NationalField

UNUSED: Final = ("", "使わない")


class NationalIdForm(forms.Form):
    use_required_attribute = False
    national_id = forms.CharField(
        label="国のシステムの計画番号",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="国のシステムの画面に出ている番号を、そのまま貼り付けてください。空にすると記録を消します。",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, label_suffix="", **options)


class ExportForm(forms.Form):
    use_required_attribute = False
    file = forms.FileField(
        label="国のシステムから書き出した一覧",
        help_text="例: 計画一覧.csv。Excel(.xlsx)かCSV、5MB・1,000行まで。ファイルそのものは残しません。",
        error_messages={
            "required": "ファイルを選んでください。",
            "empty": "このファイルは空(0バイト)です。国のシステムで書き出し直して、選んでください。",
        },
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, label_suffix="")


class MappingForm(forms.Form):
    """One list of columns for each of our fields. Whether the choice does is for the rule to say."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, header: Sequence[str], initial: Columns | None = None) -> None:
        super().__init__(
            data,
            initial={name: str(place) for name, place in (initial or {}).items()},
            label_suffix="",
        )
        choices = [
            UNUSED,
            *(
                (str(place), f"{column_name(place + 1)}列 {heading or '(見出しなし)'}")
                for place, heading in enumerate(header)
            ),
        ]
        for each in NationalField:
            self.fields[each.value] = forms.ChoiceField(
                label=str(each.label),
                required=each == NationalField.NATIONAL_ID,
                choices=choices,
                error_messages={
                    "required": "計画番号の列を選んでください。取り込むのは計画番号です。",
                    "invalid_choice": "この表にない列です。列を選び直してください。",
                },
            )

    def columns(self) -> Mapping[str, int]:
        """Our field → its column; after `is_valid()`."""
        return {
            each.value: int(self.cleaned_data[each.value])
            for each in NationalField
            if self.cleaned_data.get(each.value)
        }
