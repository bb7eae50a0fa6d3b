"""What applicants read: one function per page. Only what an applicant may know leaves this module.

Points of return come from `ReturnPoint.objects.told()`, decisions from approved proposals, history from the acts in
`TOLD_ACTS`. Drafts of points, judgements and the steps inside the office have no way in.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import (
    Application,
    CertificationSetting,
    Document,
    DocumentType,
    Letter,
    OperatorUser,
    PerformedAct,
    PlanVersion,
    Proposal,
    ReturnPoint,
    ReturnRound,
    ReviewTable,
    SectionDraft,
)
from certification.models import Plan as PlanRecord
from certification.rules.change_kind import Classified
from certification.rules.clock import Forecast, forecast
from certification.rules.completeness import Gap, SectionStatus, gaps, section_status
from certification.rules.difference import (
    Change,
    DisplaySection,
    compare,
    compare_documents,
    display,
    unrequested,
)
from certification.rules.grounds import CRITERIA
from certification.rules.letter_kinds import DECISIONS, FOR_OPERATOR
from certification.rules.operators import WRITING_ROLES, Hand, OperatorRole
from certification.rules.plan import Plan, Section
from certification.rules.procedures import rule_of
from certification.rules.requirements import DocumentNeed, required_documents
from certification.rules.statements import KINDS, StatementGap
from certification.rules.workflow import (
    OPEN_STATES,
    ROW_OF,
    Action,
    Facts,
    Offer,
    State,
    Who,
    available,
    check,
)
from certification.selectors.access import APPLICANT, applicant_cases, hand_from, with_hand
from certification.selectors.facts import (
    classified_changes,
    clock_of,
    is_planned_ahead,
    lesser_change,
    statement_gaps_of,
    table_of,
    versions_of,
    was_notification_returned,
)
from certification.selectors.partners import Joint, joint_of
from japan.folding import fold

PAGE: Final = 20

TOLD_ACTS: Final = (
    Action.SUBMIT,
    Action.ACCEPT,
    Action.RETURN,
    Action.RESUBMIT,
    Action.DECIDE,
    Action.WITHDRAW,
    Action.NOTIFY,
    Action.REWRITE,
)
"""The applicant's own acts, and those of the office that were made known. All others are inside matters."""

WRITTEN_IN: Final = ROW_OF[Action.EDIT].sources

UNANSWERED: Final = ReturnPoint.Status.RELEASED


# --- The list ---


@dataclass(frozen=True, kw_only=True)
class PlanRow:
    """One application with the last act the applicant knows of (`None`: only begun) and the points still to answer."""

    application: Application
    told_action: str | None
    told_at: dt.datetime
    unanswered: int


@dataclass(frozen=True, kw_only=True)
class PlanPage:
    """Newest first; `after` is the public id to continue from, `None` at the end."""

    rows: tuple[PlanRow, ...]
    after: uuid.UUID | None
    is_first: bool
    has_operator: bool
    may_begin: bool

    @property
    def after_text(self) -> str:
        return str(self.after or "")


def plans_page(actor: Actor, *, after: uuid.UUID | None = None) -> PlanPage:
    """Applications of the actor's operators: one query, and one more for the next pages. Raises `NotVisible`."""
    cases = applicant_cases(actor)
    if after is not None:
        start = cases.filter(public_id=after).values_list("pk", flat=True).first()
        if start is None:
            raise NotVisible
        cases = cases.filter(pk__lt=start)
    told = PerformedAct.objects.filter(application=OuterRef("pk"), action__in=TOLD_ACTS).order_by("-pk")
    open_points = (
        ReturnPoint.objects.told()
        .filter(application=OuterRef("pk"), status=UNANSWERED)
        .order_by()
        .values("application")
        .annotate(number=Count("pk"))
        .values("number")
    )
    found = list(
        cases.select_related("municipality", "plan__operator")
        .annotate(
            told_action=Subquery(told.values("action")[:1]),
            told_at=Coalesce(Subquery(told.values("performed_at")[:1]), "plan__created_at"),
            unanswered=Coalesce(Subquery(open_points), 0),
        )
        .order_by("-pk")[: PAGE + 1]
    )
    rows = tuple(
        PlanRow(
            application=row,
            told_action=row.told_action,
            told_at=row.told_at,
            unanswered=row.unanswered,
        )
        for row in found[:PAGE]
    )
    return PlanPage(
        rows=rows,
        after=rows[-1].application.public_id if len(found) > PAGE else None,
        is_first=after is None,
        has_operator=APPLICANT in actor.standings,
        may_begin=bool(operators_of(actor)),
    )


def operators_of(actor: Actor) -> list[tuple[str, str]]:
    """(public id, name) of the operators for which the actor may begin a plan."""
    members = (
        OperatorUser.objects.filter(user=actor.user_id, role__in=WRITING_ROLES)
        .select_related("operator")
        .order_by("operator__name", "pk")
    )
    return [(str(member.operator.public_id), member.operator.name) for member in members]


def open_municipalities() -> list[tuple[str, str]]:
    """(code, name) of the municipalities that take applications here: with settings and a published table."""
    published = ReviewTable.objects.filter(published_at__isnull=False).values("municipality")
    settings = CertificationSetting.objects.filter(municipality__in=published).select_related("municipality")
    return [(one.municipality.code, one.municipality.name) for one in settings.order_by("municipality__code")]


# --- One case ---


@dataclass(frozen=True)
class Own:
    """One of the actor's cases with what every page about it needs."""

    application: Application
    hand: Hand
    has_joint: bool = False

    @property
    def version(self) -> PlanVersion:
        return self.application.current_version

    @cached_property
    def plan(self) -> Plan:
        return self.version.value

    @property
    def state(self) -> State:
        return State(self.application.state)

    @property
    def may_edit(self) -> bool:
        """Whether the plan may be written now: the same rule the service asks."""
        return check(Facts(state=self.state, standing=self.hand.standing), Action.EDIT) is None

    @property
    def may_edit_all(self) -> bool:
        """Whether documents and answers are the person's to write, too."""
        return self.may_edit and self.hand.writes_all

    def may_write(self, section: Section) -> bool:
        """Whether this section may be written now by this person."""
        return self.may_edit and self.hand.may_write(section)

    @property
    def may_file(self) -> bool:
        """Whether filing and withdrawing are this person's acts."""
        return Who.APPLICANT in self.hand.standing

    @property
    def may_publish(self) -> bool:
        return self.hand.role == OperatorRole.MANAGER

    @cached_property
    def joint(self) -> Joint | None:
        """The joint applicant and its consent."""
        return joint_of(self.application) if self.has_joint else None

    @cached_property
    def files(self) -> list[Document]:
        """The attachments of the current version."""
        return list(self.version.documents.order_by("pk"))

    @property
    def writes_sections(self) -> bool:
        """Whether the plan's own sections are written in this procedure."""
        return rule_of(self.application.procedure).sections

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        return gaps(self.plan) if self.writes_sections else ()

    @cached_property
    def statement_gaps(self) -> tuple[StatementGap, ...]:
        """What the statement beside the plan lacks."""
        return statement_gaps_of(self.application)

    @property
    def has_statement(self) -> bool:
        return self.application.procedure in KINDS

    @cached_property
    def classified(self) -> tuple[Classified, ...]:
        """What a change would change in the certified plan, each with its class."""
        return classified_changes(self.application)

    @cached_property
    def lesser_change(self) -> str:
        """Why a change needs no certification; empty where it does."""
        return lesser_change(self.application)

    @cached_property
    def statuses(self) -> dict[Section, SectionStatus]:
        return section_status(self.plan)

    def gaps_of(self, section: Section) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps if gap.section == section)


def own_case(actor: Actor, case_id: uuid.UUID) -> Own:
    """The actor's case with plan and current version, and what the actor is to it: one query. Raises `NotVisible`."""
    found = (
        with_hand(applicant_cases(actor), actor)
        .select_related(
            "plan__operator",
            "municipality__certification_setting",
            "current_version",
            "base_version",
            "table",
        )
        .filter(public_id=case_id)
        .first()
    )
    if found is None:
        raise NotVisible
    found.current_version.plan = found.plan
    return Own(found, hand_from(found), has_joint=getattr(found, "joint_id", None) is not None)


def own_draft(own: Own, *, section: Section, row: str, actor: Actor) -> SectionDraft | None:
    """What the actor typed on this page and did not save. Nobody else's is ever found."""
    drafts = SectionDraft.objects.filter(version=own.version, user=actor.user_id)
    return drafts.filter(section=section, row=row).first()


def offers(own: Own, *, missing: Iterable[DocumentNeed] = (), unanswered: int = 0) -> tuple[Offer, ...]:
    """The acts the applicant meets now, each with what blocks it."""
    lacking = (
        *(gap.text for gap in own.statement_gaps),
        *(gap.text for gap in own.gaps),
        *(need.text for need in missing),
    )
    joint = own.joint if own.state in WRITTEN_IN else None
    waits = (joint.partner.label,) if joint and joint.confirmation is None else ()
    return available(
        Facts(
            state=own.state,
            standing=own.hand.standing,
            gaps=lacking,
            lesser_change=own.lesser_change,
            planned_ahead=is_planned_ahead(own.application),
            notification_returned=was_notification_returned(own.application),
            unanswered_points=unanswered,
            unconfirmed_partners=waits,
        )
    )


# --- Copying, and the same house twice ---

COPYABLE: Final = 10


def copyable(actor: Actor) -> list[Application]:
    """The newest cases of the actor's operators that say anything, to begin another one from. One query."""
    cases = applicant_cases(actor).exclude(housing_name="", applicant_name="")
    return list(cases.select_related("municipality").order_by("-pk")[:COPYABLE])


LIVE: Final = (*OPEN_STATES, State.CERTIFIED)


def same_house(own: Own, plan: Plan | None = None) -> list[Application]:
    """Other plans of the operator, under way or certified, for a house of this one, by name and place. One query.

    What is compared are the names and places that lists show, those of each plan's first house.
    """
    plan = own.plan if plan is None else plan
    names = {fold(building.name) for building in plan.buildings} - {""}
    places = {fold(building.address) for building in plan.buildings} - {""}
    others = (
        Application.objects.filter(
            plan__operator=own.application.plan.operator_id,
            state__in=LIVE,
            plan__status__in=(PlanRecord.Status.NOT_CERTIFIED, PlanRecord.Status.CERTIFIED),
        )
        .exclude(plan=own.application.plan_id)
        .select_related("municipality")
        .order_by("-pk")
    )
    return [
        case for case in others if fold(case.housing_address) in places and fold(case.housing_name) in names
    ]


# --- Documents ---


@dataclass(frozen=True, kw_only=True)
class DocumentLine:
    """One line of the list of documents: what is asked for, why, and the files that are there."""

    need: DocumentNeed
    files: tuple[Document, ...]


def document_lines(own: Own) -> tuple[DocumentLine, ...]:
    """Every kind of document of the table this case goes by, in its order. Two queries, and one for the table of a draft."""
    needs = required_documents(document_types(own), own.plan, {file.code for file in own.files})
    return tuple(
        DocumentLine(need=need, files=tuple(file for file in own.files if file.code == need.code))
        for need in needs
    )


def document_types(own: Own) -> list[DocumentType]:
    """The document list of the table the case goes by."""
    return list(DocumentType.objects.filter(table=table_of(own.application)).order_by("position"))


def missing(lines: Iterable[DocumentLine]) -> tuple[DocumentNeed, ...]:
    """What is needed and not there."""
    return tuple(line.need for line in lines if line.need.is_missing)


def own_document(own: Own, document_id: uuid.UUID) -> Document:
    """An attachment of the version that is being written. Raises `NotVisible`."""
    found = own.version.documents.filter(public_id=document_id).first()
    if found is None:
        raise NotVisible
    return found


# --- Points of return ---


@dataclass(frozen=True, kw_only=True)
class Returned:
    """The latest return: its round and its points in the order of the table."""

    round: ReturnRound
    points: tuple[ReturnPoint, ...]

    @property
    def unanswered(self) -> int:
        return sum(1 for point in self.points if point.status == UNANSWERED)


def returned(own: Own) -> Returned | None:
    """What the office asked to mend last; `None` when it never did. One or two queries."""
    return _latest(_rounds(own))


def _rounds(own: Own) -> list[ReturnRound]:
    """Every return with its points, the first one first."""
    told = ReturnPoint.objects.told().select_related("item", "carried_from").order_by("item__number", "pk")
    rounds = own.application.return_rounds.order_by("number")
    return list(rounds.prefetch_related(Prefetch("points", queryset=told)))


def _latest(rounds: Sequence[ReturnRound]) -> Returned | None:
    return Returned(round=rounds[-1], points=tuple(rounds[-1].points.all())) if rounds else None


# --- The overview ---


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The result as it was decided."""

    certified: bool
    reasons: str
    criterion: str
    appeal: str


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Everything the applicant may know about one case. `lines` are read only while the plan may be written."""

    own: Own
    lines: tuple[DocumentLine, ...]
    returned: Returned | None
    letters: tuple[Letter, ...]
    acts: tuple[PerformedAct, ...]
    rounds: tuple[ReturnRound, ...]
    standard_days: int
    forecast: Forecast | None
    decision: Decision | None
    offers: tuple[Offer, ...]

    @property
    def missing(self) -> tuple[DocumentNeed, ...]:
        return missing(self.lines)

    @property
    def on_register(self) -> bool:
        """Whether the plan is on the public list now; nothing is asked for it."""
        return self.own.application.plan.status == PlanRecord.Status.CERTIFIED

    @property
    def has_ended(self) -> bool:
        """Whether the plan was certified and is no more: 廃止 or 取消し."""
        return self.own.application.plan.status in (
            PlanRecord.Status.ABOLISHED,
            PlanRecord.Status.REVOKED,
        )

    def may(self, action: Action) -> Offer | None:
        return next((offer for offer in self.offers if offer.action == action), None)


def overview(actor: Actor, case_id: uuid.UUID) -> Overview:
    """The page of one case. Raises `NotVisible`."""
    own = own_case(actor, case_id)
    application = own.application
    lines = document_lines(own) if own.may_edit else ()
    rounds = _rounds(own)
    latest = _latest(rounds)
    letters = tuple(application.letters.filter(kind__in=FOR_OPERATOR).defer("pdf").order_by("-pk"))
    acts = application.performed_acts.filter(action__in=TOLD_ACTS).select_related("user").order_by("pk")
    return Overview(
        own=own,
        lines=lines,
        returned=latest,
        letters=letters,
        acts=tuple(acts),
        rounds=tuple(rounds),
        standard_days=application.municipality.certification_setting.standard_days,
        forecast=_forecast(application),
        decision=_decision(own, letters),
        offers=offers(own, missing=missing(lines), unanswered=latest.unanswered if latest else 0),
    )


def _forecast(application: Application) -> Forecast | None:
    """What an answer today would mean, while the days are stopped. One query then, none otherwise."""
    if application.state != State.AWAITING_CORRECTION:
        return None
    today = timezone.localdate()
    setting = application.municipality.certification_setting
    return forecast(clock_of(application, setting=setting, today=today), today=today)


def _decision(own: Own, letters: Iterable[Letter]) -> Decision | None:
    if own.state not in (State.CERTIFIED, State.REFUSED):
        return None
    proposal = own.application.proposals.filter(status=Proposal.Status.APPROVED).order_by("-pk").first()
    if proposal is None:
        return None
    notice = next((letter for letter in letters if letter.kind in DECISIONS), None)
    return Decision(
        certified=own.state == State.CERTIFIED,
        reasons=proposal.reasons,
        criterion=CRITERIA.get(proposal.criterion, ""),
        appeal=str(notice.content.get("appeal", "")) if notice else "",
    )


# --- Reading and filing ---


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The plan to read, with its attachments."""

    own: Own
    sections: tuple[DisplaySection, ...]
    documents: tuple[Document, ...]


def preview(actor: Actor, case_id: uuid.UUID) -> Preview:
    """The current version as labels and values. Raises `NotVisible`."""
    own = own_case(actor, case_id)
    return Preview(
        own=own,
        sections=display(own.plan),
        documents=tuple(own.files),
    )


@dataclass(frozen=True, kw_only=True)
class Filing:
    """The last look before filing: what lacks, what changed, which of it nobody asked for."""

    own: Own
    lines: tuple[DocumentLine, ...]
    returned: Returned | None
    changes: tuple[Change, ...]
    unasked: frozenset[str]
    offers: tuple[Offer, ...]


def filing(actor: Actor, case_id: uuid.UUID) -> Filing:
    """The page before (re)submission. Raises `NotVisible`."""
    own = own_case(actor, case_id)
    lines = document_lines(own)
    latest = returned(own) if own.state == State.AWAITING_CORRECTION else None
    changes = _changes(own) if latest or own.application.base_version_id else ()
    return Filing(
        own=own,
        lines=lines,
        returned=latest,
        changes=changes,
        unasked=_unasked(changes, latest) if latest else frozenset(),
        offers=offers(own, missing=missing(lines), unanswered=latest.unanswered if latest else 0),
    )


def _changes(own: Own) -> tuple[Change, ...]:
    """Against the version filed before; in a procedure about a certified plan at first against the certified one."""
    earlier = versions_of(own.application).filter(number__lt=own.version.number)
    before = earlier.order_by("-number").first() or own.application.base_version
    if before is None:
        return ()
    earlier_files = _files(before.documents.order_by("pk"))
    return compare(before.value, own.plan) + compare_documents(earlier_files, _files(own.files))


def _files(documents: Iterable[Document]) -> list[tuple[str, str, str, str]]:
    return [(file.code, file.label, file.original_name, file.sha256) for file in documents]


def _unasked(changes: Iterable[Change], latest: Returned | None) -> frozenset[str]:
    """Paths of the changes no point speaks of. A point about the whole plan asks for anything."""
    if latest is None or any(point.item is None for point in latest.points):
        return frozenset()
    scopes = [(point.item.sections, point.item.document_codes) for point in latest.points if point.item]
    return frozenset(change.path for change in unrequested(changes, scopes))


__all__ = (
    "COPYABLE",
    "PAGE",
    "TOLD_ACTS",
    "Decision",
    "DocumentLine",
    "Filing",
    "Overview",
    "Own",
    "PlanPage",
    "PlanRow",
    "Preview",
    "Returned",
    "copyable",
    "document_lines",
    "document_types",
    "filing",
    "missing",
    "offers",
    "open_municipalities",
    "operators_of",
    "overview",
    "own_case",
    "own_document",
    "own_draft",
    "plans_page",
    "preview",
    "returned",
    "same_house",
)
