"""Who may read which 照会, and the pages about them. A restricted one is read by named people and the decider alone."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible, holders
from certification.models import (
    Application,
    Inquiry,
    InquiryLink,
    InquiryReader,
    InquirySubject,
)
from certification.rules.inquiries import (
    RESTRICTED_LABEL,
    TAKES_INQUIRIES,
    InquiryKind,
    InquiryStatus,
    may_have_link,
    orders_of,
)
from certification.rules.plan import PartyKind, Structure
from certification.rules.workflow import Who
from certification.selectors.access import CASE_ROLES, NO_HAND, staff_cases, standing_of, visible_inquiries


def may_write(actor: Actor, application: Application, kind: str) -> bool:
    """The lead's desk asks anybody; other reviewers on the case anybody but the police (要綱 第5の3, 第5の4)."""
    departments = set(application.department_reviews.values_list("department", flat=True))
    standing = standing_of(actor, application, departments=departments, hand=NO_HAND)
    if kind == InquiryKind.POLICE:
        return Who.LEAD_DESK in standing
    return bool({Who.LEAD_DESK, Who.REVIEWER} & standing)


def office_case(actor: Actor, case_id: uuid.UUID) -> Application:
    """The case, if it is one of the actor's offices. Raises `NotVisible`."""
    related = ("municipality__certification_setting__lead_department", "plan__operator", "lead_department")
    found = staff_cases(actor).select_related(*related).filter(public_id=case_id).first()
    if found is None:
        raise NotVisible
    return found


@dataclass(frozen=True, kw_only=True)
class InquiryRow:
    """One line of the list: the whole inquiry, or that there is one."""

    inquiry: Inquiry | None
    label: str
    status: str
    is_overdue: bool = False

    @property
    def status_label(self) -> str:
        return str(InquiryStatus(self.status).label)


@dataclass(frozen=True, kw_only=True)
class InquiriesPage:
    """The inquiries of one case, and of whom this person may ask anew."""

    application: Application
    rows: tuple[InquiryRow, ...]
    askable: tuple[InquiryKind, ...]


def inquiries_page(actor: Actor, case_id: uuid.UUID, *, today: dt.date) -> InquiriesPage:
    """The list. Raises `NotVisible`."""
    application = office_case(actor, case_id)
    readable = {
        row.pk: row for row in visible_inquiries(actor).filter(application=application).defer("ground")
    }
    shells = application.inquiries.order_by("-pk").values_list("pk", "status")
    askable = [kind for kind in InquiryKind if may_write(actor, application, kind)]
    return InquiriesPage(
        application=application,
        rows=tuple(_row(readable.get(pk), status, today=today) for pk, status in shells),
        askable=tuple(askable) if application.state in TAKES_INQUIRIES else (),
    )


def _row(inquiry: Inquiry | None, status: str, *, today: dt.date) -> InquiryRow:
    if inquiry is None:
        return InquiryRow(inquiry=None, label=RESTRICTED_LABEL, status=status)
    return InquiryRow(
        inquiry=inquiry,
        label=f"{inquiry.get_kind_display()}への照会",
        status=status,
        is_overdue=is_overdue(inquiry, today=today),
    )


def is_overdue(inquiry: Inquiry, *, today: dt.date) -> bool:
    """Whether the answer is late."""
    return inquiry.status == InquiryStatus.OPEN and inquiry.due_on is not None and inquiry.due_on < today


@dataclass(frozen=True, kw_only=True)
class InquiryPage:
    """One inquiry as those see it who may read it, and what this person may do about it."""

    application: Application
    inquiry: Inquiry
    readers: tuple[InquiryReader, ...]
    subjects: tuple[InquirySubject, ...]
    link: InquiryLink | None
    is_writer: bool
    is_overdue: bool

    @property
    def acts(self) -> tuple[str, ...]:
        """The acts on offer, the way forward first."""
        if not self.is_writer:
            return ()
        status = self.inquiry.status
        if status == InquiryStatus.DRAFT:
            return ("send", "withdraw")
        if status == InquiryStatus.OPEN:
            link = ("link",) if may_have_link(self.inquiry.known) else ()
            return ("answer", *link, "withdraw")
        has_violation = self.inquiry.finding == "found" and self.inquiry.kind != InquiryKind.POLICE
        return ("remedy",) if status == InquiryStatus.ANSWERED and has_violation else ()


def inquiry_page(actor: Actor, case_id: uuid.UUID, inquiry_id: uuid.UUID) -> InquiryPage:
    """The page of one inquiry. Raises `NotVisible`."""
    application = office_case(actor, case_id)
    people = ("drafted_by", "sent_by", "recorded_by", "withdrawn_by", "letter")
    inquiry = (
        visible_inquiries(actor)
        .filter(application=application, public_id=inquiry_id)
        .select_related(*people)
        .defer("letter__pdf", "letter__content")
        .first()
    )
    if inquiry is None:
        raise NotVisible
    return InquiryPage(
        application=application,
        inquiry=inquiry,
        readers=tuple(inquiry.readers.select_related("user").order_by("pk")) if inquiry.restricted else (),
        subjects=tuple(inquiry.subjects.all()),
        link=inquiry.links.order_by("-pk").first(),
        is_writer=may_write(actor, application, inquiry.kind),
        is_overdue=is_overdue(inquiry, today=timezone.localdate()),
    )


def possible_readers(application: Application, *, day: dt.date) -> list[User]:
    """Whom a restricted inquiry may name: people of the departments on the case."""
    departments = application.department_reviews.values_list("department", flat=True)
    return list(
        holders(department_ids=list(departments), roles=CASE_ROLES, day=day).order_by("kana", "name", "pk")
    )


def people_in_the_plan(application: Application) -> list[dict[str, Any]]:
    """Name, kana and post of the people the filed plan names: where a list of subjects begins."""
    version = application.plan.versions.filter(frozen_at__isnull=False).order_by("-number").first()
    rows: list[dict[str, Any]] = []
    for party in version.value.parties if version else ():
        if party.kind == PartyKind.INDIVIDUAL:
            rows.append({"name": party.name, "kana": party.kana, "address": party.address})
        elif not party.officers:
            rows.append({"name": party.representative_name, "role": party.representative_title})
        rows += [{"name": row.name, "kana": row.kana, "role": row.title} for row in party.officers]
    return [row for row in rows if row["name"]]


def housing_rows(application: Application) -> list[tuple[str, str]]:
    """What names the housing to an authority: from the plan as it was filed (要綱 第5の4: 名称、所在地その他記載事項)."""
    version = application.plan.versions.filter(frozen_at__isnull=False).order_by("-number").first()
    rows = [
        ("受付番号", application.receipt_number or "受付前"),
        ("事業を行う者", application.applicant_name),
    ]
    for building in version.value.buildings if version else ():
        storeys = f"{building.storeys}階建て" if building.storeys else ""
        structure = Structure(building.structure).label if building.structure else ""
        about = "、".join(part for part in (structure, storeys, f"{len(building.units)}戸") if part)
        rows += [("住宅の名称", building.name), ("所在地", building.address), ("構造・規模", about)]
    return rows


def overdue_cases(actor: Actor, cases: QuerySet[Application], *, today: dt.date) -> QuerySet[Application]:
    """Those with an inquiry this person may read whose answer is late."""
    late = visible_inquiries(actor).filter(
        application=OuterRef("pk"), status=InquiryStatus.OPEN, due_on__lt=today
    )
    return cases.filter(Exists(late))


def asked_orders(inquiry: Inquiry) -> Sequence[tuple[str, Any]]:
    """(code, rule) of the orders asked about, in the order of the 要綱."""
    return [(code, rule) for code, rule in orders_of(inquiry.kind).items() if code in inquiry.orders]
