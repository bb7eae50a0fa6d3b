"""What people of the office send in for their own work: kept filters, deputies, notes, several cases at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from accounts.forms import DateField, LineField
from certification.documents.statistics import FORMATS
from certification.forms.staff import LedgerForm
from certification.rules.notes import LONGEST
from certification.rules.queue import MOST_AT_ONCE

Choices = Sequence[tuple[object, str]]


class FilterForm(forms.Form):
    """The name of a kept filter, with whom it is shared, and whether the queue opens with it."""

    name = LineField(
        label="名前",
        max_length=30,
        width="w-medium",
        help_text="例: 今週の受付、設備の照会待ち。人の名前は入れないでください。",
        error_messages={"required": "名前を入れてください。"},
    )
    department = forms.TypedChoiceField(
        label="だれが使いますか", coerce=int, required=False, empty_value=None
    )
    is_default = forms.BooleanField(label="受付箱を開いたとき、はじめにこの絞り込みにする", required=False)

    def __init__(self, *args: Any, departments: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shared = [(pk, f"自分と、{name}の人") for pk, name in departments]
        self.fields["department"].choices = [("", "自分だけ"), *shared]  # type: ignore[attr-defined]


class DeputyForm(forms.Form):
    """Who is away, from when until when, and who looks after the cases."""

    user = forms.TypedChoiceField(
        label="休む人", coerce=int, error_messages={"required": "休む人を選んでください。"}
    )
    from_on = DateField(label="代理の初日", help_text="令和8年12月1日、2026/12/1 のように書けます。")
    until = DateField(label="代理の末日", help_text="この日まで、代理の人に知らせが届きます。")
    deputy = forms.TypedChoiceField(
        label="代理の人",
        coerce=int,
        help_text="同じ課の窓口担当・審査担当から選びます。",
        error_messages={"required": "代理の人を選んでください。"},
    )

    def __init__(
        self,
        *args: Any,
        people: Choices,
        deputies: Choices,
        own: int | None,
        today: dt.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_on"].initial = today
        self.fields["user"].choices = [("", "選んでください"), *people]  # type: ignore[attr-defined]
        self.fields["deputy"].choices = [("", "選んでください"), *deputies]  # type: ignore[attr-defined]
        if own is not None:
            self.fields["user"].widget = forms.HiddenInput()
            self.fields["user"].initial = own


class NoteForm(forms.Form):
    """A note and who is called."""

    text = forms.CharField(
        label="メモ",
        max_length=LONGEST,
        help_text="「@氏名」と書いても、その人に知らせが届きます。書いたメモは、直せず、消せません。",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "メモを書いてください。",
            "max_length": f"メモは{LONGEST:,}文字までです。分けて書いてください。",
        },
    )
    mentioned = forms.TypedMultipleChoiceField(
        label="知らせる人",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, colleagues: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentioned"].choices = list(colleagues)  # type: ignore[attr-defined]
        self.fields["key"].initial = uuid.uuid4
        if not colleagues:
            del self.fields["mentioned"]


class HandOverForm(forms.Form):
    """To whom the chosen cases go."""

    successor = forms.TypedChoiceField(
        label="引き継ぐ相手",
        coerce=int,
        error_messages={"required": "引き継ぐ相手を選んでください。"},
    )

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].choices = [("", "選んでください"), *people]  # type: ignore[attr-defined]


class StatisticsForm(LedgerForm):
    """What a copy of the figures is for, and in which form."""

    format = forms.ChoiceField(label="ファイルの形", choices=FORMATS, initial="xlsx")


def case_ids(sent: QueryDict) -> list[uuid.UUID]:
    """The cases chosen with checkboxes, each once; what is no case is left out. One more than may be done at once."""
    found = (_uuid(text) for text in sent.getlist("case")[: 2 * MOST_AT_ONCE])
    return list(dict.fromkeys(one for one in found if one))[: MOST_AT_ONCE + 1]


def notes_of(sent: QueryDict, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The note typed beside each case."""
    return {one: sent.get(f"note-{one}", "")[: LONGEST - 100] for one in ids}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
