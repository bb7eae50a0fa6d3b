"""公開一覧: what residents may ask for, and what an operator agrees to show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from certification.forms.applicant.fields import AreaField, NumberField
from certification.models import RegisterEntry
from certification.rules.register import NOTICE_FIELDS, PLAIN_CATEGORIES, Equipment, PublicField
from certification.selectors import register

NAMES: Final = ("area", "rent", "size", "who", "has", "vacant")
"""The conditions in the order of the page."""


class _Yen(django_filters.Filter):
    field_class = NumberField


class _Area(django_filters.Filter):
    field_class = AreaField


def _boxes(label: str, method: str, choices: list[tuple[str, str]]) -> django_filters.MultipleChoiceFilter:
    return django_filters.MultipleChoiceFilter(
        label=label, method=method, choices=choices, widget=forms.CheckboxSelectMultiple
    )


class RegisterFilter(django_filters.FilterSet):
    """Area, rent, size, for whom, equipment, vacancy. Nothing that is typed is an error: what cannot be read is left out."""

    area = _boxes("市区町村", "in_areas", [])
    rent = _Yen(
        label="家賃(この金額まで)",
        method="rent_up_to",
        unit="円/月",
        widget=forms.TextInput({"inputmode": "numeric", "class": "w-num"}),
    )
    size = _Area(
        label="部屋の広さ(この広さから)",
        method="area_from",
        unit="㎡",
        widget=forms.TextInput({"inputmode": "decimal", "class": "w-num"}),
    )
    who = _boxes(
        "どなたが住みますか", "for_whom", [(code.value, plain) for code, plain in PLAIN_CATEGORIES.items()]
    )
    has = _boxes(
        "部屋に専用であるもの",
        "with_equipment",
        [(str(code), str(label)) for code, label in Equipment.choices],
    )
    vacant = django_filters.ChoiceFilter(
        label="空き", method="with_vacancy", choices=[("1", "空きのある住宅だけ")], widget=forms.RadioSelect
    )

    class Meta:
        model = RegisterEntry
        fields: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any], *, areas: list[tuple[str, str]], today: dt.date) -> None:
        super().__init__(data, queryset=RegisterEntry.objects.none())
        self.today = today
        self.filters["area"].extra["choices"] = areas
        self.form.full_clean()

    def narrow(self, entries: QuerySet[RegisterEntry]) -> QuerySet[RegisterEntry]:
        """The entries that every condition in force lets through."""
        for name, value in self.in_force.items():
            entries = self.filters[name].filter(entries, value)
        return entries

    @property
    def in_force(self) -> dict[str, Any]:
        """Name → value of the conditions that could be read."""
        cleaned = self.form.cleaned_data
        return {name: cleaned[name] for name in NAMES if cleaned.get(name) not in (None, "", [], ())}

    @property
    def left_out(self) -> bool:
        """Whether a condition of the address could not be read and is not in force."""
        return any(name in self.form.errors for name in NAMES)

    @property
    def asked(self) -> dict[str, Any]:
        """The conditions in force as they stand in an address."""
        return {
            name: value if isinstance(value, list) else str(value) for name, value in self.in_force.items()
        }

    def labelled(self) -> Iterator[tuple[str, str, str]]:
        """(name, value, words) of each condition in force."""
        for name, value in self.asked.items():
            labels = dict(getattr(self.form.fields[name], "choices", ()))
            for one in value if isinstance(value, list) else [value]:
                yield name, one, self._words(name, one, labels)

    def _words(self, name: str, value: str, labels: Mapping[Any, Any]) -> str:
        if name == "rent":
            return f"家賃{int(value):,}円まで"
        if name == "size":
            return f"広さ{value}㎡から"
        return str(labels.get(value, value))

    # django-filter asks for (queryset, name, value).

    def in_areas(self, entries: Any, name: str, value: Any) -> Any:
        return register.in_areas(entries, value)

    def rent_up_to(self, entries: Any, name: str, value: Any) -> Any:
        return register.rent_up_to(entries, value)

    def area_from(self, entries: Any, name: str, value: Any) -> Any:
        return register.area_from(entries, value)

    def for_whom(self, entries: Any, name: str, value: Any) -> Any:
        return register.with_facets(entries, "who", value, every=False)

    def with_equipment(self, entries: Any, name: str, value: Any) -> Any:
        return register.with_facets(entries, "has", value, every=True)

    def with_vacancy(self, entries: Any, name: str, value: Any) -> Any:
        return register.with_vacancy(entries, today=self.today)


class PublishForm(forms.Form):
    """What an operator agrees to show. Nothing is ticked by itself."""

    use_required_attribute = False
    notice = forms.MultipleChoiceField(
        label="省令で、事業者が公示することになっている項目",
        required=False,
        choices=[(field.value, field.label) for field in PublicField if field in NOTICE_FIELDS],
        widget=forms.CheckboxSelectMultiple,
        help_text="インターネットなどで公示する方法の一つとして、この一覧も使えます(共管省令34条)。",
    )
    more = forms.MultipleChoiceField(
        label="出すかどうかを選べる項目",
        required=False,
        choices=[
            (field.value, field.label)
            for field in PublicField
            if field not in NOTICE_FIELDS and field != PublicField.VACANCY
        ],
        widget=forms.CheckboxSelectMultiple,
        help_text="出すと、さがしている方に見つけてもらいやすくなります。出さなくても、認定には関係ありません。",
    )
    vacancy = forms.BooleanField(
        label="空いている部屋の数を出す",
        required=False,
        help_text="知らせた日も一緒に出ます。60日たつと「空きあり」では見つからなくなるので、変わったらまた保存してください。",
    )
    vacancies = NumberField(
        label="いま空いている部屋の数",
        required=False,
        unit="戸",
        widget=forms.TextInput({"class": "w-num", "inputmode": "numeric", "autocomplete": "off"}),
        help_text="空きがないときは0を入れてください。",
    )
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, entry: RegisterEntry) -> None:
        chosen = entry.published_fields
        super().__init__(
            data,
            label_suffix="",
            initial={
                "notice": chosen,
                "more": chosen,
                "vacancy": PublicField.VACANCY.value in chosen,
                "vacancies": entry.vacancies,
                "seen": entry.revision,
            },
        )

    def chosen(self) -> list[str]:
        """The fields agreed to."""
        told = self.cleaned_data
        return [*told["notice"], *told["more"], *([PublicField.VACANCY.value] if told["vacancy"] else [])]
