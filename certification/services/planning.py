"""What the applicant does: begin a plan, write it section by section, attach documents, answer points of return."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.intake.uploads import Checked
from accounts.models import Municipality
from accounts.rules.actor import Actor
from certification.models import (
    Application,
    CertificationSetting,
    Document,
    DocumentType,
    Operator,
    OperatorUser,
    PerformedAct,
    Plan,
    PlanVersion,
    ReturnPoint,
    ReviewTable,
    SectionDraft,
)
from certification.rules.operators import WRITING_ROLES
from certification.rules.plan import Plan as PlanContent
from certification.rules.plan import Section, from_content, to_content
from certification.rules.procedures import rule_of
from certification.rules.statements import statement_of
from certification.rules.workflow import Action, check
from certification.selectors.access import applicant_cases, hand_of
from certification.selectors.facts import facts_of, rows_of, table_of
from certification.selectors.partners import filed_hash, partner_of
from certification.services.derived import copy_names
from certification.services.drafts import drop_draft
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.joint import tell_confirmation_fell
from certification.services.trail import record
from certification.services.workflow import Performed, lock_case

MAX_DOCUMENTS = 60
"""Attachments per version; more than any office asks for, few enough for one page."""


MOST_DRAFT_FIELDS = 4_000
MOST_DRAFT_CHARACTERS = 400_000
"""As many fields as a page may post (`DATA_UPLOAD_MAX_NUMBER_FIELDS`), and more text than its forms take."""

BEGIN = "begin"
"""Beginning a plan is no act of the state table: there is no case yet. Its form carries a key all the same."""


@transaction.atomic
def begin_plan(
    *, operator_id: uuid.UUID, municipality_code: str, actor: Actor, now: dt.datetime, key: uuid.UUID
) -> Performed:
    """A new plan with its first, empty version. A second click with the same `key` finds the first one's plan.

    Raises `NotFound` for a foreign operator, `Stale` for a key that did something else, `InputMissing` for a
    municipality that takes none.
    """
    operator = _lock_member(operator_id, actor=actor).operator
    if begun := _begun_before(key, operator=operator, actor=actor):
        return Performed(application=begun, repeated=True)
    municipality = _open_municipality(municipality_code)
    application = _begin(operator, municipality, content=PlanContent(), actor=actor, now=now, key=key)
    record(application, action=BEGIN, actor=actor, now=now, details={})
    return Performed(application=application)


@transaction.atomic
def copy_plan(
    *,
    source_id: uuid.UUID,
    sections: Collection[Section],
    documents: Collection[uuid.UUID],
    municipality_code: str,
    actor: Actor,
    now: dt.datetime,
    key: uuid.UUID,
) -> Performed:
    """A new plan that begins as a copy of one of the same operator: of the `sections`, and of the `documents` ticked.

    A pledge is made anew each time and never copied. A file is kept once and referred to by both: it is swept only when
    no row names it any more. Files of a kind that the new 別表 does not know stay behind. A second click with the same
    `key` finds the first one's plan. Raises `NotFound`, `Stale`, `InputMissing`.
    """
    source = _source(source_id, actor=actor)
    operator = _lock_member(source.plan.operator.public_id, actor=actor).operator
    if begun := _begun_before(key, operator=operator, actor=actor):
        return Performed(application=begun, repeated=True)
    wanted = [section for section in Section if section in sections and section != Section.PLEDGES]
    if not wanted:
        raise InputMissing("sections", "写すところを、1つ以上選んでください。")
    municipality = _open_municipality(municipality_code)
    old = source.current_version.value
    content = PlanContent(**{section.value: getattr(old, section.value) for section in wanted})
    application = _begin(operator, municipality, content=content, actor=actor, now=now, key=key)
    copied = _copy_documents(source.current_version, documents, to=application)
    details = {
        "copied_from": str(source.public_id),
        "sections": [section.value for section in wanted],
        "documents": copied,
    }
    record(application, action=BEGIN, actor=actor, now=now, details=details)
    return Performed(application=application)


def _source(source_id: uuid.UUID, *, actor: Actor) -> Application:
    """One's own case to copy from, as it is written now. Raises `NotFound`."""
    found = (
        applicant_cases(actor)
        .select_related("plan__operator", "current_version")
        .filter(public_id=source_id)
        .first()
    )
    if found is None:
        raise NotFound("写す元の計画が見つかりません。")
    return found


def _begun_before(key: uuid.UUID, *, operator: Operator, actor: Actor) -> Application | None:
    """What a first click with this key began. Raises `Stale` for a key that did something else."""
    done = PerformedAct.objects.select_related("application__plan").filter(key=key).first()
    if done is None:
        return None
    begun = done.application
    if (done.action, done.user_id, begun.plan.operator_id) != (BEGIN, actor.user_id, operator.pk):
        raise Stale
    return begun


def _begin(
    operator: Operator,
    municipality: Municipality,
    *,
    content: PlanContent,
    actor: Actor,
    now: dt.datetime,
    key: uuid.UUID,
) -> Application:
    """Plan, first version and case."""
    plan = Plan.objects.create(operator=operator, municipality=municipality, created_at=now)
    version = PlanVersion.objects.create(plan=plan, number=1, content=to_content(content), edited_at=now)
    application = Application(
        municipality=municipality,
        plan=plan,
        current_version=version,
        last_moved_at=now,
        last_moved_label="作成を始めた",
    )
    copy_names(application)
    application.save()
    PerformedAct.objects.create(
        key=key, application=application, action=BEGIN, user_id=actor.user_id, performed_at=now
    )
    return application


def _copy_documents(old: PlanVersion, wanted: Collection[uuid.UUID], *, to: Application) -> int:
    """The attachments ticked, as rows of the new version that name the same file; how many."""
    labels = dict(DocumentType.objects.filter(table=table_of(to)).values_list("code", "label"))
    copies = [
        Document(
            version=to.current_version,
            code=document.code,
            label=labels[document.code],
            original_name=document.original_name,
            stored_name=document.stored_name,
            content_type=document.content_type,
            size=document.size,
            pages=document.pages,
            sha256=document.sha256,
            uploaded_by_id=document.uploaded_by_id,
            uploaded_at=document.uploaded_at,
        )
        for document in old.documents.filter(public_id__in=wanted).order_by("pk")
        if document.code in labels
    ]
    Document.objects.bulk_create(copies)
    return len(copies)


def _lock_member(operator_id: uuid.UUID, *, actor: Actor) -> OperatorUser:
    """The person's place at the operator, held: two clicks at once go one after the other. Raises `NotFound`."""
    member = (
        OperatorUser.objects.select_for_update(of=("self",))
        .select_related("operator")
        .filter(operator__public_id=operator_id, user=actor.user_id)
        .first()
    )
    if member is None:
        raise NotFound("この事業者は見つかりません。")
    if member.role not in WRITING_ROLES:
        raise NotFound("計画を書き始められるのは、この事業者の管理者と作成者です。")
    return member


def _open_municipality(code: str) -> Municipality:
    """A municipality with settings and a published 別表. Raises `InputMissing`."""
    setting = (
        CertificationSetting.objects.select_related("municipality").filter(municipality__code=code).first()
    )
    if (
        setting is None
        or not ReviewTable.objects.filter(
            municipality=setting.municipality_id, published_at__isnull=False
        ).exists()
    ):
        raise InputMissing("municipality", "この自治体は、まだこのシステムで申請を受け付けていません。")
    return setting.municipality


NOT_THEIRS = (
    "ここを書けるのは、申請する事業者の管理者と作成者です。共同申請者が書けるのは、援助の内容と対価だけです。"
)


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """A case that is being written in: as a joint applicant's person where `organisation` is given.

    `before` is the hash of what stood there before, where a joint applicant may have agreed to it.
    """

    application: Application
    organisation: str = ""
    before: str = ""

    def record(self, action: str, *, actor: Actor, now: dt.datetime, details: dict[str, Any]) -> None:
        """On record, and told to whoever had agreed to what this changed."""
        record(
            self.application,
            action=action,
            actor=actor,
            now=now,
            details=details,
            organisation=self.organisation,
        )
        if self.before:
            tell_confirmation_fell(self.application, before=self.before, now=now)


def _editable(
    application_id: uuid.UUID, *, action: Action, actor: Actor, section: Section | None = None
) -> _Desk:
    """The locked case, if the person may write this now. Raises `NotFound`, `ActRefused`."""
    application = lock_case(application_id, actor=actor)
    if refusal := check(facts_of(rows_of(application), actor=actor), action):
        raise ActRefused(refusal.problem)
    hand = hand_of(actor, application)
    if not hand.may_write(section):
        raise ActRefused(NOT_THEIRS)
    partner = partner_of(application)
    return _Desk(
        application=application,
        organisation=partner.label if partner and hand.role is None else "",
        before=filed_hash(application) if partner and partner.operator_id else "",
    )


@transaction.atomic
def save_section(
    *,
    application_id: uuid.UUID,
    section: Section,
    content: Any,
    actor: Actor,
    now: dt.datetime,
    seen: int,
    row: str | None = None,
) -> PlanVersion:
    """Replace one section of the open version by `content` (the JSON value of that attribute of `Plan`).

    `seen` is the version's `revision` on the page; `row` the row of a list that was written, whose draft of the same
    person goes with it ("" where the section is no list, `None`: none does). Raises `NotFound`, `ActRefused`, `Stale`, `PlanShapeError`.
    """
    desk = _editable(application_id, action=Action.EDIT, actor=actor, section=section)
    application = desk.application
    if not rule_of(application.procedure).sections:
        raise ActRefused("この手続では、計画の内容は書き換えられません。")
    version = PlanVersion.objects.select_for_update().get(pk=application.current_version_id)
    if version.revision != seen:
        raise Stale
    version.content = to_content(from_content({**version.content, section.value: content}))
    version.revision += 1
    version.edited_at = now
    version.save(update_fields=["content", "revision", "edited_at"])
    application.current_version = version
    if row is not None:
        drop_draft(version, section=section, row=row, actor=actor)
    if application.submitted_at is None:
        # What is being corrected is not yet told to the office: lists keep the filed names until it is filed again.
        copy_names(application)
        application.save(update_fields=["housing_name", "applicant_name", "housing_address", "search_text"])
    desk.record("edit", actor=actor, now=now, details={"section": section.value})
    return version


@transaction.atomic
def save_statement(
    *, application_id: uuid.UUID, content: dict[str, Any], actor: Actor, now: dt.datetime, seen: int
) -> PlanVersion:
    """Replace what the procedure states beside the plan. `seen` is the version's `revision` on the page.

    Raises `NotFound`, `ActRefused`, `Stale`, `PlanShapeError`.
    """
    desk = _editable(application_id, action=Action.EDIT, actor=actor)
    application = desk.application
    version = PlanVersion.objects.select_for_update().get(pk=application.current_version_id)
    if version.revision != seen:
        raise Stale
    statement = statement_of(application.procedure, content)
    if statement is None:
        raise NotFound("この手続には、計画のほかに書くことがありません。")
    version.statement = to_content(statement)
    version.revision += 1
    version.edited_at = now
    version.save(update_fields=["statement", "revision", "edited_at"])
    desk.record("edit", actor=actor, now=now, details={"section": "statement"})
    return version


@transaction.atomic
def keep_draft(
    *,
    application_id: uuid.UUID,
    section: Section,
    row: str,
    fields: Mapping[str, Sequence[str]],
    actor: Actor,
    now: dt.datetime,
) -> SectionDraft:
    """Keep what stands on a section's page as it is, in place of what was kept before. Writes nothing of the plan.

    `row` is the key of the row of a list, "" where the section is none. Raises `NotFound`, `ActRefused`, `InputMissing`
    for more than a page holds.
    """
    application = _editable(application_id, action=Action.EDIT, actor=actor, section=section).application
    kept = {name: [_storable(value) for value in values] for name, values in fields.items()}
    if len(kept) > MOST_DRAFT_FIELDS or sum(map(_length, kept.items())) > MOST_DRAFT_CHARACTERS:
        raise InputMissing("fields", "内容が多すぎて、自動では保存できません。下のボタンで保存してください。")
    draft, _ = SectionDraft.objects.update_or_create(
        version=application.current_version,
        user_id=actor.user_id,
        section=section,
        row=row,
        defaults={"fields": kept, "saved_at": now},
    )
    return draft


def _storable(text: str) -> str:
    """Without the sign that no database keeps in JSON."""
    return text.replace("\x00", "")


def _length(field: tuple[str, list[str]]) -> int:
    return len(field[0]) + sum(map(len, field[1]))


@transaction.atomic
def discard_draft(*, application_id: uuid.UUID, section: Section, row: str, actor: Actor) -> bool:
    """Throw one's own draft away; whether there was one. Raises `NotFound`, `ActRefused`."""
    application = _editable(application_id, action=Action.EDIT, actor=actor, section=section).application
    return drop_draft(application.current_version, section=section, row=row, actor=actor)


@transaction.atomic
def attach_document(
    *,
    application_id: uuid.UUID,
    code: str,
    checked: Checked,
    stored_name: str,
    actor: Actor,
    now: dt.datetime,
) -> Document:
    """Add a file to the open version: `checked` by the intake and stored under `stored_name` before this call. Raises `NotFound`, `ActRefused`, `InputMissing`."""
    desk = _editable(application_id, action=Action.EDIT, actor=actor)
    application = desk.application
    kind = DocumentType.objects.filter(table=table_of(application), code=code).first()
    if kind is None:
        raise InputMissing("code", "書類の種類を一覧から選んでください。")
    version = application.current_version
    if version.documents.filter(code=code, sha256=checked.sha256).exists():
        raise InputMissing("file", f"同じファイルが、すでに「{kind.label}」に添付されています。")
    if version.documents.count() >= MAX_DOCUMENTS:
        raise InputMissing(
            "file", f"添付できる書類は{MAX_DOCUMENTS}件までです。まとめるか、要らないものを外してください。"
        )
    document = Document.objects.create(
        version=version,
        code=code,
        label=kind.label,
        original_name=checked.name,
        stored_name=stored_name,
        content_type=checked.content_type,
        size=checked.size,
        pages=checked.pages,
        sha256=checked.sha256,
        uploaded_by_id=actor.user_id,
        uploaded_at=now,
    )
    desk.record("attach", actor=actor, now=now, details={"code": code, "size": checked.size})
    return document


@transaction.atomic
def remove_document(
    *, application_id: uuid.UUID, document_id: uuid.UUID, actor: Actor, now: dt.datetime
) -> None:
    """Take an attachment off the open version; the file stays while an earlier version holds it."""
    desk = _editable(application_id, action=Action.EDIT, actor=actor)
    document = desk.application.current_version.documents.filter(public_id=document_id).first()
    if document is None:
        raise NotFound("この書類は見つかりません。")
    code = document.code
    document.delete()
    desk.record("detach", actor=actor, now=now, details={"code": code})


@transaction.atomic
def answer_point(
    *, application_id: uuid.UUID, point_id: uuid.UUID, answer: str, actor: Actor, now: dt.datetime
) -> ReturnPoint:
    """Answer one released point; an answer may be rewritten until resubmission. Raises `NotFound`, `InputMissing`."""
    application = _editable(application_id, action=Action.ANSWER_POINT, actor=actor).application
    answerable = (ReturnPoint.Status.RELEASED, ReturnPoint.Status.ANSWERED)
    point = (
        ReturnPoint.objects.told()
        .filter(application=application, public_id=point_id, status__in=answerable)
        .order_by("-round__number")
        .first()
    )
    current = application.return_rounds.order_by("-number").first()
    if point is None or current is None or point.round_id != current.pk:
        raise NotFound("この指摘は見つかりません。")
    if not answer.strip():
        raise InputMissing(
            "answer", "どこをどう直したかを書いてください。直していないときは、そのわけを書いてください。"
        )
    point.answer, point.answered_at, point.status = answer.strip(), now, ReturnPoint.Status.ANSWERED
    point.save(update_fields=["answer", "answered_at", "status"])
    record(application, action="answer_point", actor=actor, now=now, details={"point": str(point.public_id)})
    return point
