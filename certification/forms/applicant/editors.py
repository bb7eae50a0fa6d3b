"""One editor per section: which forms its page shows, and the section's new value when they are valid.

Sections that are lists (事業を行う者, 住宅) are edited one row at a time; `row` is its key, "" a new one.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django import forms
from django.http import QueryDict

from certification.forms.applicant.fields import SHORT, TextField
from certification.forms.applicant.parts import (
    AcceptanceForm,
    BuildingForm,
    ContactForm,
    GuardianForm,
    LeaseForm,
    PartForm,
    PartyForm,
    PriceForm,
    ReferralForm,
    SafetyForm,
    WatchForm,
    initial_of,
)
from certification.forms.applicant.rows import (
    MOST_UNITS,
    CopyForm,
    EmployeeRows,
    LicenceRows,
    OfficerRows,
    RowSet,
    SubcontractorRows,
    TargetRows,
    UnitRows,
    bind_rows,
    new_key,
    with_blank_rows,
    with_copies,
)
from certification.rules.parts import NOUNS, numbered_name
from certification.rules.plan import (
    Building,
    Party,
    Plan,
    Pledge,
    PledgeCode,
    Section,
    Support,
    content_hash,
    to_content,
)
from certification.rules.pledges import WORDS, Signatory, lines, signatories

NEW_ROW: Final = "new"
"""What `?row=` says for a row that does not exist yet."""


def posted_again(fields: Mapping[str, Sequence[str]]) -> QueryDict:
    """A draft's fields as they were posted."""
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, list(values))
    return data


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing to mend, with the place on the page."""

    anchor: str
    label: str
    text: str


class Editor:
    """The forms of one section. `row` is the key of a row where the section is a list. `data` is what was posted; without it the forms show what is saved."""

    section: ClassVar[Section]
    template: ClassVar[str] = "certification/applicant/sections/plain.html"

    def __init__(self, plan: Plan, *, data: QueryDict | None = None, row: str = "", today: dt.date) -> None:
        self.plan = plan
        self.data = data
        self.today = today
        self.row = row
        self.saved = getattr(plan, self.section.value)
        self.build()

    def build(self) -> None:
        """Make the forms from `self.data`."""
        raise NotImplementedError

    def named_forms(self) -> Iterator[tuple[str, forms.BaseForm]]:
        """Every form with the name of its row, "" outside rows."""
        raise NotImplementedError

    def row_sets(self) -> dict[str, RowSet]:
        """The lists of rows on the page, by prefix."""
        return {}

    def value(self) -> Any:
        """The section's new value, after `is_valid()`."""
        raise NotImplementedError

    def is_valid(self) -> bool:
        sets = [rows.is_valid() for rows in self.row_sets().values()]
        loose = [form.is_valid() for name, form in self.named_forms() if not name]
        return all(sets) and all(loose)

    def content(self) -> Any:
        """The new value as JSON."""
        return to_content(self.value())

    def typed_plan(self) -> Plan:
        """The plan as it would be with what was typed."""
        return dataclasses.replace(self.plan, **{self.section.value: self.value()})

    @property
    def scope(self) -> str:
        """A print of what is edited here, as saved: equal prints mean that nobody else changed this very part."""
        return content_hash({"part": to_content(self.edited())})[:16]

    def edited(self) -> Any:
        return self.saved

    def add_rows(self, prefix: str) -> None:
        """Offer one more blank row of the list, keeping what was typed. Unknown lists are left alone."""
        if self.data is not None and prefix in self.row_sets():
            self.data = with_blank_rows(self.data, prefix=prefix)
            self.build()

    @property
    def problems(self) -> list[Problem]:
        """What must be mended, from the top of the page down."""
        found = [
            Problem(
                anchor=form[field].auto_id if field in form.fields else "",
                label=_label(form, name, field),
                text=str(text),
            )
            for name, form in self.named_forms()
            for field, texts in form.errors.items()
            for text in texts
        ]
        whole = [
            Problem(anchor=prefix, label=rows.noun, text=str(text))
            for prefix, rows in self.row_sets().items()
            for text in rows.non_form_errors()
        ]
        return found + whole


def _label(form: forms.BaseForm, row: str, field: str) -> str:
    label = str(form.fields[field].label or "") if field in form.fields else ""
    return f"{row} {label}".strip()


def _in_rows(rows: RowSet) -> Iterator[tuple[str, forms.BaseForm]]:
    return ((card["name"], card["form"]) for card in rows.cards)


class PlainEditor(Editor):
    """A section that is one form."""

    form_class: ClassVar[type[PartForm]]

    def build(self) -> None:
        self.form = self.form_class(self.data, initial=initial_of(self.saved))

    def named_forms(self) -> Iterator[tuple[str, forms.BaseForm]]:
        yield "", self.form

    def value(self) -> Any:
        return self.form.value()


class LeaseEditor(PlainEditor):
    section = Section.LEASE
    form_class = LeaseForm


class AcceptanceEditor(PlainEditor):
    section = Section.ACCEPTANCE
    form_class = AcceptanceForm


class PriceEditor(PlainEditor):
    section = Section.PRICE
    form_class = PriceForm


class ContactEditor(PlainEditor):
    section = Section.CONTACT
    form_class = ContactForm


class SupportOtherForm(PartForm):
    """その他の援助: the one field of `Support` that is not a part of its own."""

    part = Support
    other = TextField(
        label=next(item for item in dataclasses.fields(Support) if item.name == "other").metadata["label"],
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 4}),
        help_text="家賃債務保証、緊急連絡先、生活の相談、残した物の片付けなど、ほかにすることがあれば書いてください。",
    )


class SupportEditor(Editor):
    """安否確認, 見守り, つなぎ with its list, 委託先."""

    section = Section.SUPPORT
    template = "certification/applicant/sections/support.html"

    def build(self) -> None:
        data, saved = self.data, self.saved
        self.safety = SafetyForm(data, initial=initial_of(saved.safety), prefix="safety")
        self.watch = WatchForm(data, initial=initial_of(saved.watch), prefix="watch")
        self.referral = ReferralForm(data, initial=initial_of(saved.referral), prefix="referral")
        self.other = SupportOtherForm(data, initial={"other": saved.other})
        targets, hired = saved.referral.targets, saved.subcontractors
        self.targets = bind_rows(TargetRows, data, rows=targets, prefix="targets", blank=0 if targets else 2)
        self.subcontractors = bind_rows(SubcontractorRows, data, rows=hired, prefix="subcontractors")

    def named_forms(self) -> Iterator[tuple[str, forms.BaseForm]]:
        yield from (("", self.safety), ("", self.watch))
        yield from _in_rows(self.targets)
        yield "", self.referral
        yield from _in_rows(self.subcontractors)
        yield "", self.other

    def row_sets(self) -> dict[str, RowSet]:
        return {"targets": self.targets, "subcontractors": self.subcontractors}

    def value(self) -> Support:
        known_targets = {row.key for row in self.saved.referral.targets}
        known_hired = {row.key for row in self.saved.subcontractors}
        referral = dataclasses.replace(
            self.referral.value(), targets=self.targets.values(known=known_targets)
        )
        return Support(
            safety=self.safety.value(),
            watch=self.watch.value(),
            referral=referral,
            subcontractors=self.subcontractors.values(known=known_hired),
            other=self.other.cleaned_data["other"],
        )


# --- Lists, one row at a time ---


class ListEditor(Editor):
    """A section that is a list of rows: one of them is edited. A new row left blank is not added."""

    part: ClassVar[type[Any]]

    def __init__(self, plan: Plan, *, data: QueryDict | None = None, row: str = "", today: dt.date) -> None:
        rows = getattr(plan, self.section.value)
        self.current = next((one for one in rows if one.key == row), None)
        self.position = rows.index(self.current) + 1 if self.current else len(rows) + 1
        super().__init__(plan, data=data, row=row, today=today)

    @property
    def shown(self) -> Any:
        """The row as saved, or an empty one."""
        return self.current or self.part()

    @property
    def noun(self) -> str:
        return NOUNS[self.part]

    @property
    def title(self) -> str:
        return numbered_name(self.shown, position=self.position)

    def edited(self) -> Any:
        return self.current

    def row_value(self) -> Any:
        """The row as typed, without its key."""
        raise NotImplementedError

    def value(self) -> tuple[Any, ...]:
        typed = self.row_value()
        if self.current is None and typed == self.part():
            return tuple(self.saved)
        if self.current is None:
            return (*self.saved, dataclasses.replace(typed, key=new_key({one.key for one in self.saved})))
        mended = dataclasses.replace(typed, key=self.row)
        return tuple(mended if one.key == self.row else one for one in self.saved)

    def without_row(self) -> Any:
        """The section without the row, as JSON."""
        return to_content(tuple(one for one in self.saved if one.key != self.row))


class PartyEditor(ListEditor):
    section = Section.PARTIES
    part = Party
    template = "certification/applicant/sections/party.html"

    def build(self) -> None:
        data, row = self.data, self.shown
        self.form = PartyForm(data, initial=initial_of(row))
        self.guardian = GuardianForm(data, initial=initial_of(row.guardian), prefix="guardian")
        self.officers = bind_rows(
            OfficerRows, data, rows=row.officers, prefix="officers", blank=0 if row.officers else 2
        )
        self.employees = bind_rows(EmployeeRows, data, rows=row.employees, prefix="employees")
        self.licences = bind_rows(LicenceRows, data, rows=row.licences, prefix="licences")
        self.guardian_officers = bind_rows(
            OfficerRows, data, rows=row.guardian.officers, prefix="guardian_officers"
        )

    def named_forms(self) -> Iterator[tuple[str, forms.BaseForm]]:
        yield "", self.form
        yield from _in_rows(self.officers)
        yield from _in_rows(self.employees)
        yield from _in_rows(self.licences)
        yield "", self.guardian
        yield from _in_rows(self.guardian_officers)

    def row_sets(self) -> dict[str, RowSet]:
        return {
            "officers": self.officers,
            "employees": self.employees,
            "licences": self.licences,
            "guardian_officers": self.guardian_officers,
        }

    def row_value(self) -> Party:
        party: Party = self.form.value()
        return dataclasses.replace(
            party,
            guardian=dataclasses.replace(
                self.guardian.value(),
                officers=self.guardian_officers.values(
                    known={row.key for row in self.shown.guardian.officers}
                ),
            ),
            employees=self.employees.values(known={row.key for row in self.shown.employees}),
            officers=self.officers.values(known={row.key for row in self.shown.officers}),
            licences=self.licences.values(known={row.key for row in self.shown.licences}),
        )


class BuildingEditor(ListEditor):
    section = Section.BUILDINGS
    part = Building
    template = "certification/applicant/sections/building.html"
    copying = False

    @property
    def keeps_units(self) -> bool:
        """More rooms than one form holds are left as they are here, and written as a table (`UnitTableForm`)."""
        typed = self.data is not None and "units-TOTAL_FORMS" in self.data
        return len(self.shown.units) > MOST_UNITS and not typed

    def build(self) -> None:
        data, row = self.data, self.shown
        self.form = BuildingForm(data, initial=initial_of(row))
        if self.keeps_units:
            return
        self.units = bind_rows(UnitRows, data, rows=row.units, prefix="units", blank=0 if row.units else 1)
        names = [card["name"] for card in self.units.cards]
        self.copy = CopyForm(data if self.copying else None, names=names)

    def named_forms(self) -> Iterator[tuple[str, forms.BaseForm]]:
        yield "", self.form
        if self.keeps_units:
            return
        yield from _in_rows(self.units)
        if self.copying:
            yield "部屋を増やす", self.copy

    def row_sets(self) -> dict[str, RowSet]:
        return {} if self.keeps_units else {"units": self.units}

    def row_value(self) -> Building:
        building: Building = self.form.value()
        if self.keeps_units:
            return dataclasses.replace(building, units=self.shown.units)
        return dataclasses.replace(
            building, units=self.units.values(known={row.key for row in self.shown.units})
        )

    def copy_rooms(self) -> bool:
        """Add rooms like one that is there, keeping what was typed; `False` when the numbers cannot be read."""
        if self.keeps_units:
            return False
        self.copying = True
        self.build()
        if self.data is None or not self.copy.is_valid():
            return False
        source, numbers = self.copy.cleaned_data["source"], self.copy.cleaned_data["numbers"]
        self.data = with_copies(self.data, prefix="units", source=source, numbers=numbers)
        self.copying = False
        self.build()
        return True


# --- 誓約 ---


class SignatoryForm(forms.Form):
    """The lines one person has to pledge, to tick one by one, and who does so."""

    use_required_attribute = False
    signer = TextField(
        label=next(item for item in dataclasses.fields(Pledge) if item.name == "signer").metadata["label"],
        max_length=SHORT,
        help_text="誓約する方の氏名(法人は代表者)。押印は要りません。",
    )
    signer_post = TextField(
        label="職名", required=False, max_length=SHORT, help_text="法人の場合。例: 代表取締役"
    )

    def __init__(
        self, data: QueryDict | None = None, *, signatory: Signatory, saved: tuple[Pledge, ...], prefix: str
    ) -> None:
        self.signatory = signatory
        self.saved = {pledge.code: pledge for pledge in saved}
        first = saved[0] if saved else Pledge()
        initial = {"signer": first.signer, "signer_post": first.signer_post}
        super().__init__(
            data,
            initial={**{pledge.code: True for pledge in saved}, **initial},
            label_suffix="",
            prefix=prefix or None,
        )
        for code in signatory.codes:
            self.fields[code.value] = forms.BooleanField(
                label=code.label, required=False, help_text=WORDS[code]
            )
        self.order_fields([*(code.value for code in signatory.codes), "signer_post", "signer"])


class PledgesEditor(Editor):
    section = Section.PLEDGES
    template = "certification/applicant/sections/pledges.html"

    def build(self) -> None:
        made = [
            (one, tuple(line.pledge for line in lines(self.plan) if line.signatory == one and line.pledge))
            for one in signatories(self.plan)
        ]
        # The first one's fields bear no prefix: most plans have but one who signs.
        self.forms = [
            SignatoryForm(self.data, signatory=one, saved=saved, prefix=f"s{place}" if place else "")
            for place, (one, saved) in enumerate(made)
        ]

    def named_forms(self) -> Iterator[tuple[str, forms.BaseForm]]:
        if len(self.forms) == 1:
            yield "", self.forms[0]
            return
        for form in self.forms:
            yield form.signatory.label, form

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms])

    def value(self) -> tuple[Pledge, ...]:
        return tuple(
            self._pledge(code, form, place)
            for place, form in enumerate(self.forms)
            for code in form.signatory.codes
            if form.cleaned_data[code.value]
        )

    def _pledge(self, code: PledgeCode, form: SignatoryForm, place: int) -> Pledge:
        """A pledge made before by the same person for the same one keeps its day."""
        one, typed = form.signatory, form.cleaned_data
        made = Pledge(
            key=f"{code.value}-{place}" if place else code.value,
            code=code.value,
            capacity=one.capacity.value,
            for_whom=one.name,
            signer=typed["signer"],
            signer_post=typed["signer_post"],
        )
        before = form.saved.get(code.value)
        if before is None or (before.signer, before.signer_post) != (made.signer, made.signer_post):
            return dataclasses.replace(made, acknowledged_on=self.today)
        # One that names nobody was given for all who file: it stays as it is while only one signs.
        if before.capacity or len(self.forms) == 1:
            return before
        return dataclasses.replace(made, acknowledged_on=before.acknowledged_on or self.today)


EDITORS: Final[dict[Section, type[Editor]]] = {
    editor.section: editor
    for editor in (
        PartyEditor,
        BuildingEditor,
        LeaseEditor,
        AcceptanceEditor,
        SupportEditor,
        PriceEditor,
        ContactEditor,
        PledgesEditor,
    )
}
