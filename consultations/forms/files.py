"""The form of 資料."""

from __future__ import annotations

from django import forms

from accounts.forms import LineField
from accounts.intake.uploads import ACCEPT, RULES_TEXT


class FileForm(forms.Form):
    """What it is, and the file."""

    label = LineField(
        label="何の資料か",
        max_length=120,
        help_text="例: 立ち退きの通知、今の部屋の契約書",
        error_messages={"required": "何の資料かを書いてください。例: 立ち退きの通知"},
    )
    file = forms.FileField(
        label="ファイル",
        help_text=RULES_TEXT,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={
            "required": "ファイルを選んでください。",
            "empty": "空のファイルです。選び直してください。",
        },
    )
