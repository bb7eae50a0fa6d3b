"""Letters as the office looks at them: the words of the municipality, and the letters of one case with their delivery."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from accounts.models import Role
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import Application, CertificationSetting, Letter, LetterDelivery, LetterTemplate
from certification.rules.letter_kinds import LetterKind, Wording, default_wording
from certification.selectors.access import staff_cases, visible_letters
from certification.selectors.master.settings import own_municipality_id

NONE_YET = 0
"""What the page of a kind without a draft has seen."""


# --- The words of a municipality ---


def wording_of(municipality_id: int, kind: LetterKind) -> Wording | None:
    """What the municipality published for a kind; None means our own words."""
    found = LetterTemplate.objects.standing(municipality_id=municipality_id, kind=kind)
    return found.wording if found else None


@dataclass(frozen=True, kw_only=True)
class KindLine:
    """One kind in the list: the version with which it is worded, and the draft of the next."""

    kind: LetterKind
    standing: LetterTemplate | None
    draft: LetterTemplate | None


def kind_lines(actor: Actor) -> list[KindLine]:
    """Every kind with its state in the own municipality. One query. Raises `NotVisible`."""
    own = LetterTemplate.objects.filter(municipality=own_municipality_id(actor)).order_by("version")
    standing = {row.kind: row for row in own if row.published_at}
    drafts = {row.kind: row for row in own if not row.published_at}
    return [KindLine(kind=kind, standing=standing.get(kind), draft=drafts.get(kind)) for kind in LetterKind]


@dataclass(frozen=True, kw_only=True)
class KindPage:
    """One kind with what its letters say now, and what they would say by the draft."""

    kind: LetterKind
    standing: LetterTemplate | None
    draft: LetterTemplate | None
    setting: CertificationSetting | None

    @property
    def wording(self) -> Wording:
        """What stands in the editor: the draft, else what holds now."""
        written = self.draft or self.standing
        return written.wording if written else default_wording(self.kind)

    @property
    def seen(self) -> int:
        """How far the draft is; the service compares it."""
        return seen_of(self.draft)


def seen_of(draft: LetterTemplate | None) -> int:
    """A number that another save, publication or removal changes."""
    if draft is None:
        return NONE_YET
    return int(hashlib.sha256(f"{draft.pk}:{draft.revision}".encode()).hexdigest()[:8], 16)


def kind_page(actor: Actor, kind: str) -> KindPage:
    """Raises `NotVisible` for a kind that does not exist, and for anybody but the administrator."""
    municipality_id = own_municipality_id(actor)
    if kind not in LetterKind.values:
        raise NotVisible
    settings = CertificationSetting.objects.select_related("municipality", "lead_department")
    return KindPage(
        kind=LetterKind(kind),
        standing=LetterTemplate.objects.standing(municipality_id=municipality_id, kind=kind),
        draft=LetterTemplate.objects.draft(municipality_id=municipality_id, kind=kind),
        setting=settings.filter(municipality=municipality_id).first(),
    )


# --- The letters of one case ---


@dataclass(frozen=True, kw_only=True)
class LetterRow:
    """A letter with its deliveries, oldest first, and whether the actor may record another."""

    letter: Letter
    deliveries: tuple[LetterDelivery, ...]
    may_record: bool


@dataclass(frozen=True, kw_only=True)
class CaseLetters:
    application: Application
    rows: tuple[LetterRow, ...]

    def row_of(self, letter_id: uuid.UUID) -> LetterRow:
        """Raises `NotVisible`."""
        found = next((row for row in self.rows if row.letter.public_id == letter_id), None)
        if found is None:
            raise NotVisible
        return found


def case_letters(actor: Actor, case_id: uuid.UUID) -> CaseLetters:
    """Every letter of the case and of its plan alone, newest first. Three queries. Raises `NotVisible`."""
    case = (
        staff_cases(actor).select_related("municipality", "plan__operator").filter(public_id=case_id).first()
    )
    if case is None:
        raise NotVisible
    deliveries = LetterDelivery.objects.select_related("recorded_by").order_by("pk")
    letters = (
        visible_letters(actor)
        .filter(Q(application=case) | Q(application__isnull=True, plan=case.plan_id))
        .select_related("department", "issued_by")
        .prefetch_related(Prefetch("deliveries", queryset=deliveries))
        .defer("pdf", "content")
        .order_by("-pk")
    )
    return CaseLetters(
        application=case,
        rows=tuple(
            LetterRow(
                letter=letter,
                deliveries=tuple(letter.deliveries.all()),
                may_record=may_record(actor, letter),
            )
            for letter in letters
        ),
    )


def may_record(actor: Actor, letter: Letter) -> bool:
    """The desk of the department that sends the letter hands it on."""
    return actor.has(Role.DESK, letter.department_id)
