"""Deciding who handles many cases: which ones, and who."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms

from certification.selectors.assigning import Team, read_short_id

NOBODY: Final = 0


class AssignManyForm(forms.Form):
    """A person of a department, as one choice: 「課:人」. Nobody is a choice too."""

    to = forms.ChoiceField(
        label="担当にする人",
        error_messages={
            "required": "担当にする人を選んでください。",
            "invalid_choice": "この人は、いま選べません。担当にする人を選び直してください。",
        },
    )

    def __init__(self, *args: Any, teams: Sequence[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [(team.name, _choices(team)) for team in teams]
        found = groups if len(groups) > 1 else [choice for _, choices in groups for choice in choices]
        self.fields["to"].choices = [("", "選んでください"), *found]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> tuple[int, int | None]:
        """The department and the person; `None` for nobody."""
        department, user = (int(part) for part in self.cleaned_data["to"].split(":"))
        return department, user or None


def _choices(team: Team) -> list[tuple[str, str]]:
    people = [(f"{team.department_id}:{user}", name) for user, name in team.people]
    return [*people, (f"{team.department_id}:{NOBODY}", "未定にする")]


def chosen_ids(sent: Iterable[str]) -> list[uuid.UUID]:
    """The cases that were ticked, each once; what is no id is left out."""
    found = (read_short_id(text) for text in sent)
    return list(dict.fromkeys(each for each in found if each is not None))


def marks_seen(sent: Iterable[str]) -> dict[uuid.UUID, str]:
    """What the confirming page carried of each case: 「id/mark」."""
    found: dict[uuid.UUID, str] = {}
    for text in sent:
        name, _, mark = text.partition("/")
        for each in chosen_ids([name]):
            found[each] = mark
    return found
