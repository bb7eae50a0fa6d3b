"""What the municipality's administrator does: the settings, the departments, and a new version of the 別表.

A published version never changes. Whoever wants another one copies it into a draft, edits the draft and publishes it;
cases keep the version they were filed under (`Application.table`). Every function locks the municipality, compares what
the person saw, checks, writes and records, in one transaction.

All raise `NotFound` for anybody but an administrator (自治体管理者) and for what belongs to another municipality.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Department, Municipality
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import (
    Application,
    CertificationSetting,
    DocumentType,
    ReviewItem,
    ReviewItemDepartment,
    ReviewTable,
)
from certification.rules.criteria import CONSENT_LETTER, SEISMIC_PROOF
from certification.rules.workflow import OPEN_STATES
from certification.selectors import master as selectors
from certification.selectors.master import (
    AnyContent,
    DepartmentContent,
    DocumentContent,
    ItemContent,
    SettingContent,
    fingerprint,
)
from certification.services.derived import derive
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale

SETTING_SAVED: Final = "certification.setting_saved"
DEPARTMENT_ADDED: Final = "certification.department_added"
DEPARTMENT_SAVED: Final = "certification.department_saved"
TABLE_DRAFTED: Final = "certification.table_drafted"
TABLE_DISCARDED: Final = "certification.table_discarded"
ITEM_ADDED: Final = "certification.table_item_added"
ITEM_SAVED: Final = "certification.table_item_saved"
ITEM_REMOVED: Final = "certification.table_item_removed"
DOCUMENT_ADDED: Final = "certification.table_document_added"
DOCUMENT_SAVED: Final = "certification.table_document_saved"
DOCUMENT_REMOVED: Final = "certification.table_document_removed"
TABLE_PUBLISHED: Final = selectors.TABLE_PUBLISHED

ACTION_LABELS: Final[dict[str, str]] = {
    SETTING_SAVED: "認定の設定を変える",
    DEPARTMENT_ADDED: "課を加える",
    DEPARTMENT_SAVED: "課の登録を変える",
    TABLE_DRAFTED: "別表の新しい版の案を作る",
    TABLE_DISCARDED: "別表の案を捨てる",
    ITEM_ADDED: "別表の案に行を加える",
    ITEM_SAVED: "別表の案の行を変える",
    ITEM_REMOVED: "別表の案から行を外す",
    DOCUMENT_ADDED: "別表の案に書類を加える",
    DOCUMENT_SAVED: "別表の案の書類を変える",
    DOCUMENT_REMOVED: "別表の案から書類を外す",
    TABLE_PUBLISHED: "別表を公開する",
}
"""What the acts are called in the audit trail, for `accounts.audit.name_actions`."""

PUBLISHED_MEANWHILE: Final = "この版はもう公開されたので、直せません。直すときは、新しい版を作ってください。"

LINKED_CODES: Final = (SEISMIC_PROOF, CONSENT_LETTER)
"""Codes of documents that automatic checks look for by name."""


# --- Settings ---


@transaction.atomic
def save_setting(
    *, content: SettingContent, actor: Actor, now: dt.datetime, seen: str
) -> CertificationSetting:
    """Write the settings of the own municipality. `seen` is the fingerprint of the page.

    Running cases keep their lead department; the order of review and the days hold for them too, so their due dates are
    reckoned anew. Raises `NotFound`, `Stale`, `InputMissing`.
    """
    municipality = _lock(actor)
    setting = CertificationSetting.objects.filter(municipality=municipality).first()
    before = selectors.setting_content(setting) if setting else None
    if _is_done(before, content, seen=seen):
        assert setting is not None
        return setting
    lead = municipality.departments.filter(pk=content.lead_department_id, is_active=True).first()
    if lead is None:
        raise InputMissing("lead_department_id", "主管課は、使用中の課から選んでください。")
    setting = setting or CertificationSetting(municipality=municipality)
    _write(setting, content)
    if before is not None and before.standard_days != content.standard_days:
        reckon_due_dates(setting, today=timezone.localdate(now))
    _record(
        SETTING_SAVED,
        subject=audit.Subject("certification.setting", str(setting.pk), "認定の設定"),
        actor=actor,
        now=now,
        details={"fields": _changed(before, content), **_plain_settings(before, content)},
    )
    return setting


def _plain_settings(before: SettingContent | None, after: SettingContent) -> dict[str, Any]:
    """Before and after of what is no text for people: the trail holds no names and no free text."""
    told = ("lead_department_id", "order", "standard_days", "correction_days", "omits_seal")
    return {
        name: [getattr(before, name) if before else None, getattr(after, name)]
        for name in told
        if before is None or getattr(before, name) != getattr(after, name)
    }


def reckon_due_dates(setting: CertificationSetting, *, today: dt.date) -> None:
    """Reckon the due dates of running cases anew after the number of days changed; lists read them from the row."""
    # Locked first and read afterwards: a row that was waited for is then read as it has become.
    cases = Application.objects.filter(municipality=setting.municipality_id, state__in=OPEN_STATES)
    locked = list(cases.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    running = Application.objects.filter(pk__in=locked, state__in=selectors.RUNNING)
    for application in running.select_related("plan", "current_version").order_by("pk"):
        derive(application, setting=setting, today=today)
        application.save(update_fields=["due_on"])


# --- Departments ---


@transaction.atomic
def save_department(
    *, department_id: int | None, content: DepartmentContent, actor: Actor, now: dt.datetime, seen: str
) -> Department:
    """Change a department, or add one (`department_id` is None). Raises `NotFound`, `Stale`, `InputMissing`."""
    municipality = _lock(actor)
    department = _own_department(actor, department_id) if department_id is not None else None
    before = selectors.department_content(department) if department else None
    if department is not None and _is_done(before, content, seen=seen):
        return department
    _refuse_double_names(municipality, content, department_id=department_id)
    if department is not None and before is not None and before.is_active and not content.is_active:
        reasons = selectors.why_in_use(department, day=timezone.localdate(now))
        if reasons:
            raise InputMissing("is_active", " ".join(reasons))
    department = department or Department(municipality=municipality)
    _write(department, content)
    _record(
        DEPARTMENT_SAVED if before else DEPARTMENT_ADDED,
        subject=audit.Subject("accounts.department", str(department.pk), content.name),
        actor=actor,
        now=now,
        details={"fields": _changed(before, content)},
    )
    return department


def _own_department(actor: Actor, department_id: int) -> Department:
    try:
        return selectors.department_of(actor, department_id)
    except NotVisible:
        raise NotFound("この課は見つかりません。") from None


def _refuse_double_names(
    municipality: Municipality, content: DepartmentContent, *, department_id: int | None
) -> None:
    """Names are unique; short names and symbols among the departments in use."""
    others = municipality.departments.exclude(pk=department_id or 0)
    if others.filter(name=content.name).exists():
        raise InputMissing("name", f"「{content.name}」は、すでに登録されています。別の名称にしてください。")
    if not content.is_active:
        return
    for name, term in (("short_name", "略称"), ("document_symbol", "文書記号")):
        value = getattr(content, name)
        double = others.filter(is_active=True, **{name: value}).first()
        if double is not None:
            raise InputMissing(
                name, f"{term}「{value}」は{double.name}が使っています。別の{term}にしてください。"
            )


# --- The draft ---


@transaction.atomic
def begin_draft(*, actor: Actor, now: dt.datetime) -> ReviewTable:
    """The draft of the next version: a copy of the newest published one, or empty where there is none.

    A draft that exists already is returned as it is. Raises `NotFound`.
    """
    municipality = _lock(actor)
    draft = selectors.tables_of(actor).filter(published_at__isnull=True).first()
    if draft is not None:
        return draft
    newest = selectors.newest_published(actor)
    draft = ReviewTable.objects.create(
        municipality=municipality,
        version=newest.version + 1 if newest else 1,
        effective_from=timezone.localdate(now),
        source=newest.source if newest else "",
    )
    if newest is not None:
        _copy_rows(newest, draft)
    _record_table(
        TABLE_DRAFTED, draft, actor=actor, now=now, details={"from": newest.version if newest else 0}
    )
    return draft


def _copy_rows(source: ReviewTable, draft: ReviewTable) -> None:
    DocumentType.objects.bulk_create(
        DocumentType(table=draft, **dataclasses.asdict(selectors.document_content(row)))
        for row in source.document_types.all()
    )
    for row in source.items.all():
        _write_item(ReviewItem(table=draft), selectors.item_content(row))


@transaction.atomic
def discard_draft(*, actor: Actor, now: dt.datetime, seen: str) -> None:
    """Throw the draft away. `seen` is the fingerprint of the whole draft. Raises `NotFound`, `Stale`."""
    _lock(actor)
    draft = _draft(actor)
    if fingerprint(selectors.table_content(draft)) != seen:
        raise Stale
    _record_table(TABLE_DISCARDED, draft, actor=actor, now=now, details={})
    draft.delete()


@transaction.atomic
def save_item(
    *, item_id: int | None, content: ItemContent, actor: Actor, now: dt.datetime, seen: str
) -> ReviewItem:
    """Change a row of the draft, or add one (`item_id` is None). `seen` is the fingerprint of the row.

    Raises `NotFound`, `ActRefused` for a published row, `Stale`, `InputMissing`.
    """
    municipality = _lock(actor)
    item = _draft_item(actor, item_id) if item_id is not None else None
    before = selectors.item_content(item) if item else None
    if item is not None and _is_done(before, content, seen=seen):
        return item
    draft = _draft(actor)
    if draft.items.filter(number=content.number).exclude(pk=item_id or 0).exists():
        raise InputMissing("number", f"番号{content.number}の行がすでにあります。別の番号にしてください。")
    _check_references(municipality, draft, content, before=before)
    item = _write_item(item or ReviewItem(table=draft), content)
    _record_table(
        ITEM_SAVED if before else ITEM_ADDED,
        draft,
        actor=actor,
        now=now,
        details={"number": content.number, "fields": _changed(before, content)},
    )
    return item


@transaction.atomic
def remove_item(*, item_id: int, actor: Actor, now: dt.datetime, seen: str) -> None:
    """Take a row out of the draft. Raises `NotFound`, `ActRefused` for a published row, `Stale`."""
    _lock(actor)
    item = _draft_item(actor, item_id)
    if fingerprint(selectors.item_content(item)) != seen:
        raise Stale
    _record_table(ITEM_REMOVED, item.table, actor=actor, now=now, details={"number": item.number})
    item.delete()


def _draft(actor: Actor) -> ReviewTable:
    draft = selectors.draft_of(actor)
    if draft is None:
        raise NotFound("別表の案がありません。")
    return draft


def _draft_item(actor: Actor, item_id: int) -> ReviewItem:
    try:
        item = selectors.item_of(actor, item_id)
    except NotVisible:
        raise NotFound("この行は見つかりません。") from None
    if item.table.published_at is not None:
        raise ActRefused(PUBLISHED_MEANWHILE)
    return item


def _check_references(
    municipality: Municipality, draft: ReviewTable, content: ItemContent, *, before: ItemContent | None
) -> None:
    """Documents must be on the draft's list, departments in use and one's own. One out of use may stay until mended."""
    codes = {row.code for row in draft.document_types.all()}
    if not set(content.document_codes) <= codes:
        raise InputMissing("document_codes", "書類の一覧にない書類が選ばれています。選び直してください。")
    kept = {share.department_id for share in before.departments} if before else set()
    in_use = set(municipality.departments.filter(is_active=True).values_list("pk", flat=True))
    if not {share.department_id for share in content.departments} <= in_use | kept:
        raise InputMissing("departments", "使用していない課が選ばれています。使用中の課を選んでください。")


def _write_item(item: ReviewItem, content: ItemContent) -> ReviewItem:
    for one in dataclasses.fields(content):
        if one.name != "departments":
            value = getattr(content, one.name)
            setattr(item, one.name, list(value) if isinstance(value, tuple) else value)
    item.save()
    item.departments.all().delete()
    ReviewItemDepartment.objects.bulk_create(
        ReviewItemDepartment(item=item, **dataclasses.asdict(share)) for share in content.departments
    )
    return item


# --- Documents of the draft ---


@transaction.atomic
def save_document_type(
    *, document_id: int | None, content: DocumentContent, actor: Actor, now: dt.datetime, seen: str
) -> DocumentType:
    """Change a kind of attachment of the draft, or add one (`document_id` is None).

    The code of an existing one stays. A new one without a code gets one that no version has used; with a code it must be
    one of `LINKED_CODES` that the draft lacks. Raises `NotFound`, `Stale`, `InputMissing`.
    """
    municipality = _lock(actor)
    document = _draft_document(actor, document_id) if document_id is not None else None
    draft = _draft(actor)
    before = selectors.document_content(document) if document else None
    code = before.code if before else _new_code(municipality, draft, wanted=content.code)
    content = dataclasses.replace(content, code=code)
    if document is not None and _is_done(before, content, seen=seen):
        return document
    document = document or DocumentType(table=draft)
    _write(document, content)
    _record_table(
        DOCUMENT_SAVED if before else DOCUMENT_ADDED,
        draft,
        actor=actor,
        now=now,
        details={"code": code, "fields": _changed(before, content)},
    )
    return document


def _new_code(municipality: Municipality, draft: ReviewTable, *, wanted: str) -> str:
    if wanted:
        if wanted not in LINKED_CODES or draft.document_types.filter(code=wanted).exists():
            raise InputMissing(
                "code", "この自動確認の書類は、すでに一覧にあります。その書類を直してください。"
            )
        return wanted
    known = selectors.known_document_codes(municipality.pk)
    number = next(number for number in range(1, len(known) + 2) if f"document_{number}" not in known)
    return f"document_{number}"


def _draft_document(actor: Actor, document_id: int) -> DocumentType:
    try:
        return selectors.draft_document(actor, document_id)
    except NotVisible:
        raise NotFound("この書類は見つかりません。") from None


@transaction.atomic
def remove_document_type(*, document_id: int, actor: Actor, now: dt.datetime, seen: str) -> None:
    """Take a kind of attachment off the draft's list. Raises `NotFound`, `Stale`, `ActRefused` while rows refer to it."""
    _lock(actor)
    document = _draft_document(actor, document_id)
    draft = _draft(actor)
    if fingerprint(selectors.document_content(document)) != seen:
        raise Stale
    users = [str(item.number) for item in draft.items.all() if document.code in item.document_codes]
    if users:
        raise ActRefused(
            f"審査事項 {'、'.join(users)} がこの書類を参照しています。先に、その行で書類を外してください。"
        )
    _record_table(DOCUMENT_REMOVED, draft, actor=actor, now=now, details={"code": document.code})
    document.delete()


# --- Publishing ---


@transaction.atomic
def publish(
    *, effective_from: dt.date, source: str, actor: Actor, now: dt.datetime, seen: str
) -> ReviewTable:
    """Publish the draft: cases filed from `effective_from` on go by it. It never changes afterwards.

    `seen` is the fingerprint of the whole draft that the person looked through. Raises `NotFound`, `Stale`,
    `ActRefused` while faults remain, `InputMissing` for the day or the source.
    """
    _lock(actor)
    draft = _draft(actor)
    content = selectors.table_content(draft)
    if fingerprint(content) != seen:
        raise Stale
    if faults := selectors.publishing_faults(draft):
        raise ActRefused(f"公開する前に直すところが{len(faults)}件あります。{faults[0]}")
    _check_start(actor, effective_from, today=timezone.localdate(now))
    if not source.strip():
        raise InputMissing("source", "出典を書いてください。例: 〇〇市要綱(令和8年4月1日改正)別表")
    draft.effective_from = effective_from
    draft.source = source.strip()
    draft.published_at = now
    draft.save(update_fields=["effective_from", "source", "published_at"])
    _record_table(
        TABLE_PUBLISHED,
        draft,
        actor=actor,
        now=now,
        details={
            "effective_from": effective_from.isoformat(),
            "items": len(content.items),
            "documents": len(content.documents),
            "content": fingerprint(content),
        },
    )
    return draft


def _check_start(actor: Actor, effective_from: dt.date, *, today: dt.date) -> None:
    """Not before today, and not before the newest published version, which would then never hold."""
    if effective_from < today:
        raise InputMissing("effective_from", "適用する日は、今日以後の日にしてください。")
    newest = selectors.newest_published(actor)
    if effective_from < selectors.earliest_start(newest, day=today):
        raise InputMissing(
            "effective_from",
            "先に公開した版の適用する日より前になっています。その日以後の日にしてください。",
        )


# --- Shared ---


def _lock(actor: Actor) -> Municipality:
    """Hold the municipality until the end of the transaction: one administrator at a time. Raises `NotFound`.

    Without the key, so that rows of cases that refer to the municipality can be written meanwhile.
    """
    try:
        municipality_id = selectors.own_municipality_id(actor)
    except NotVisible:
        raise NotFound("このページは見つかりません。") from None
    return Municipality.objects.select_for_update(no_key=True).get(pk=municipality_id)


def _is_done(before: AnyContent | None, after: AnyContent, *, seen: str) -> bool:
    """Whether what is asked already stands there (a second click). Raises `Stale` when the page was older."""
    if before == after:
        return True
    if fingerprint(before) != seen:
        raise Stale
    return False


def _changed(before: AnyContent | None, after: AnyContent) -> list[str]:
    """Names of the fields that differ: which, not what was typed into them."""
    return [
        one.name
        for one in dataclasses.fields(after)
        if before is None or getattr(before, one.name) != getattr(after, one.name)
    ]


def _write(row: CertificationSetting | Department | DocumentType, content: AnyContent) -> None:
    for one in dataclasses.fields(content):
        setattr(row, one.name, getattr(content, one.name))
    row.save()


def _record(
    action: str, *, subject: audit.Subject, actor: Actor, now: dt.datetime, details: dict[str, Any]
) -> None:
    audit.record(action=action, subject=subject, actor=actor, now=now, details=details)


def _record_table(
    action: str, table: ReviewTable, *, actor: Actor, now: dt.datetime, details: dict[str, Any]
) -> None:
    subject = audit.Subject(selectors.TABLE_SUBJECT, str(table.pk), f"別表 第{table.version}版")
    _record(action, subject=subject, actor=actor, now=now, details={"version": table.version, **details})
