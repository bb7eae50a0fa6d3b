"""The small forms around a plan: beginning one, attaching files, answering points, the act itself."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from certification.forms.applicant.fields import TextField
from certification.rules.plan import Section

MOST_FILES: Final = 10
"""Files taken in one go: each is opened and checked, which takes up to a second."""

ANSWER_LENGTH: Final = 2_000


class NewPlanForm(forms.Form):
    """For which operator, and to which municipality. Either choice is left out when there is but one."""

    use_required_attribute = False
    operator = forms.TypedChoiceField(
        label="事業者",
        coerce=uuid.UUID,
        widget=forms.RadioSelect,
        help_text="申請する会社や個人を選んでください。",
        error_messages={"required": "どの事業者として申請するかを選んでください。"},
    )
    municipality = forms.ChoiceField(
        label="申請先の自治体",
        widget=forms.RadioSelect,
        help_text="住宅のある市区町村などです。ここにない自治体には、このシステムでは申請できません。",
        error_messages={
            "required": "申請先の自治体を選んでください。",
            "invalid_choice": "この自治体は、まだこのシステムで申請を受け付けていません。一覧から選んでください。",
        },
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        operators: Sequence[tuple[str, str]],
        municipalities: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data, label_suffix="")
        for name, choices in (("operator", operators), ("municipality", municipalities)):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            if len(choices) == 1:
                self.fields[name].initial = choices[0][0]


class CopyPlanForm(forms.Form):
    """Which sections of an earlier plan to begin with, which of its attachments, and to which municipality."""

    use_required_attribute = False
    sections = forms.MultipleChoiceField(
        label="写すところ",
        choices=[(section.value, section.label) for section in Section if section != Section.PLEDGES],
        initial=[section.value for section in Section if section not in (Section.BUILDINGS, Section.PLEDGES)],
        widget=forms.CheckboxSelectMultiple,
        help_text="あとで直せます。誓約は写せません。新しい申請で、あらためて誓約してください。",
        error_messages={"required": "写すところを、1つ以上選んでください。"},
    )
    documents = forms.MultipleChoiceField(
        label="写す添付書類",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="はじめは何も写しません。中身が今も正しい書類だけ、選んでください(例: 法人の定款)。",
    )
    municipality = forms.ChoiceField(
        label="申請先の自治体",
        widget=forms.RadioSelect,
        help_text="新しい計画の住宅がある市区町村などです。",
        error_messages={
            "required": "申請先の自治体を選んでください。",
            "invalid_choice": "この自治体は、まだこのシステムで申請を受け付けていません。一覧から選んでください。",
        },
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        municipalities: Sequence[tuple[str, str]],
        municipality: str,
        documents: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data, initial={"municipality": municipality}, label_suffix="")
        self.fields["municipality"].choices = municipalities  # type: ignore[attr-defined]
        self.fields["documents"].choices = documents  # type: ignore[attr-defined]
        if not documents:
            del self.fields["documents"]


class KeyForm(forms.Form):
    """The key of this very form: a second click sends the same."""

    key = forms.UUIDField()


class ActForm(KeyForm):
    """What every act carries: the case as seen and the key of this very form."""

    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class AnswersForm(forms.Form):
    """One text per point of return, by the point's public id. Some may wait; filing asks for all of them."""

    use_required_attribute = False

    def __init__(self, data: QueryDict | None = None, *, answers: dict[str, str]) -> None:
        super().__init__(
            data, initial={f"answer-{key}": text for key, text in answers.items()}, label_suffix=""
        )
        for key in answers:
            self.fields[f"answer-{key}"] = TextField(
                label="どう直したか",
                max_length=ANSWER_LENGTH,
                widget=forms.Textarea({"rows": 4}),
                help_text="どこをどう直したかを書いてください。直していないときは、そのわけを書いてください。",
            )

    def answers(self) -> dict[str, str]:
        """Point id → what was typed."""
        return {name.removeprefix("answer-"): text.strip() for name, text in self.cleaned_data.items()}


def chosen_files(files: MultiValueDict[str, Any], *, codes: Sequence[str]) -> list[tuple[str, UploadedFile]]:
    """(code of the document type, file) for each file chosen, in the order of the list."""
    return [(code, file) for code in codes for file in files.getlist(f"file-{code}")]
