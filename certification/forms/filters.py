"""The filters of the queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.rules.actor import Actor
from certification.models import Application, DepartmentReview, Deputy, Procedure
from certification.rules.clock import Level, last_soon_day
from certification.rules.workflow import State
from certification.selectors.access import REVIEW_ROLES
from certification.selectors.deputies import stood_in_for
from certification.selectors.inquiries import overdue_cases
from certification.selectors.queue import departments_of
from japan.folding import fold, fold_house_number

PERSON_CHOICES: Final = (("me", "自分"), ("nobody", "未定"))
DUE_CHOICES: Final = tuple((level.value, str(level.label)) for level in (Level.SOON, Level.OVERDUE))
INQUIRY_CHOICES: Final = (("overdue", "回答の期限切れ"),)


class QueueFilter(django_filters.FilterSet):
    """State, department, person in charge, procedure, and words in number, names, kana and address."""

    q = django_filters.CharFilter(label="ことば", method="search", max_length=100)
    state = django_filters.ChoiceFilter(
        label="状態",
        choices=[choice for choice in State.choices if choice[0] != State.DRAFT],
        empty_label="すべて",
    )
    due = django_filters.ChoiceFilter(
        label="期限", choices=DUE_CHOICES, method="pressing", empty_label="すべて"
    )
    department = django_filters.ChoiceFilter(label="審査する課", method="in_department", empty_label="すべて")
    person = django_filters.ChoiceFilter(
        label="担当", choices=PERSON_CHOICES, method="in_charge", empty_label="すべて"
    )
    procedure = django_filters.ChoiceFilter(label="種別", choices=Procedure.choices, empty_label="すべて")
    inquiry = django_filters.ChoiceFilter(
        label="照会", choices=INQUIRY_CHOICES, method="with_inquiry", empty_label="すべて"
    )

    class Meta:
        model = Application
        fields: tuple[str, ...] = ()

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        departments: list[tuple[str, str]],
        deputised: Sequence[Deputy],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.own = actor, actor.departments(*REVIEW_ROLES)
        self.deputised = {str(row.public_id): row for row in deputised}
        self.filters["person"].extra["choices"] = [
            *PERSON_CHOICES,
            *((code, f"{row.user.name}さんの代理") for code, row in self.deputised.items()),
        ]
        self.filters["department"].extra["choices"] = departments
        for name in ("q", "inquiry"):
            self.form.fields[name].widget = forms.HiddenInput()

    def search(self, cases: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        for word in value.split():
            if folded := fold(word):
                short = fold_house_number(folded)
                found = Q(search_text__contains=folded)
                # Figures alone would be found in a 法人番号 as well.
                if short != folded and not short.isdigit():
                    found |= Q(search_text__contains=short)
                cases = cases.filter(found)
        return cases

    def in_department(self, cases: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        return cases.filter(
            Exists(DepartmentReview.objects.filter(application=OuterRef("pk"), department=int(value)))
        )

    def in_charge(self, cases: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        parts = DepartmentReview.objects.filter(application=OuterRef("pk"), department__in=self.own)
        if value == "me":
            return cases.filter(Exists(parts.filter(assigned_to=self.actor.user_id)))
        if value in self.deputised:
            # In the own departments alone: deputising opens nothing.
            return cases.filter(Exists(parts.filter(assigned_to=self.deputised[value].user_id)))
        return cases.filter(Exists(parts.filter(assigned_to__isnull=True)))

    def pressing(self, cases: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        today = timezone.localdate()
        if value == Level.OVERDUE:
            return cases.filter(due_on__lt=today)
        return cases.filter(due_on__gte=today, due_on__lte=last_soon_day(today))

    def with_inquiry(self, cases: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        return overdue_cases(self.actor, cases, today=timezone.localdate())

    def usable(self, cases: QuerySet[Application]) -> QuerySet[Application]:
        """The cases that every condition which could be read lets through; a condition that is none is left out."""
        self.form.full_clean()
        for name, value in self.form.cleaned_data.items():
            cases = self.filters[name].filter(cases, value)
        return cases

    def kept(self) -> dict[str, str]:
        """The conditions that hold, as an address carries them."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    def left_out(self) -> list[str]:
        """The conditions that could not be read, by their labels."""
        return [str(self.form.fields[name].label) for name in self.form.errors]

    def in_force(self) -> list[tuple[str, str, str]]:
        """The conditions that hold, as (name, label, text of the value)."""
        found = []
        for name, value in self.form.cleaned_data.items():
            if value:
                choices = dict(getattr(self.form.fields[name], "choices", ()))
                found.append((name, str(self.form.fields[name].label), str(choices.get(value, value))))
        return found


def queue_filter(asked: QueryDict, *, actor: Actor) -> QueueFilter:
    """The conditions of the queue as this person may set them."""
    return QueueFilter(
        asked,
        actor=actor,
        departments=departments_of(actor),
        deputised=stood_in_for(actor, day=timezone.localdate()),
    )
