"""The words of a municipality's letters: written as a draft, tried, published. A published version never changes.

Every function locks the municipality, compares what the person saw, writes and records, in one transaction. All raise
`NotFound` for anybody but the administrator (自治体管理者).
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Municipality
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.documents import UnprintableCharacter, render, sample_letter
from certification.models import LetterTemplate
from certification.rules.letter_kinds import LetterKind, Wording, problems_of
from certification.selectors.letters import seen_of
from certification.selectors.master.settings import own_municipality_id
from certification.services.errors import ActRefused, NotFound, Stale

TEMPLATE_SAVED: Final = "certification.letter_template_saved"
TEMPLATE_DISCARDED: Final = "certification.letter_template_discarded"
TEMPLATE_PUBLISHED: Final = "certification.letter_template_published"

ACTION_LABELS: Final[dict[str, str]] = {
    TEMPLATE_SAVED: "通知文書の文面の案を保存する",
    TEMPLATE_DISCARDED: "通知文書の文面の案を捨てる",
    TEMPLATE_PUBLISHED: "通知文書の文面を公開する",
}
"""What the acts are called in the audit trail."""

NO_DRAFT: Final = "公開する案がありません。文面を書いて、案を保存してください。"


@transaction.atomic
def save_template(
    kind: LetterKind, *, title: str, body: str, actor: Actor, now: dt.datetime, seen: int
) -> LetterTemplate:
    """Write the draft of the next version. What does not hold yet may be kept; only publishing needs it to hold.

    Raises `NotFound`, `Stale`.
    """
    municipality = _lock(actor)
    draft = LetterTemplate.objects.draft(municipality_id=municipality.pk, kind=kind)
    if draft and (draft.title, draft.body) == (title, body):
        return draft
    if seen_of(draft) != seen:
        raise Stale
    draft = draft or LetterTemplate(
        municipality=municipality, kind=kind, version=_next_version(municipality, kind), revision=0
    )
    draft.title, draft.body, draft.edited_at, draft.edited_by_id = title, body, now, actor.user_id
    draft.revision += 1
    draft.save()
    _record(TEMPLATE_SAVED, draft, actor=actor, now=now)
    return draft


@transaction.atomic
def publish_template(kind: LetterKind, *, actor: Actor, now: dt.datetime, seen: int) -> LetterTemplate:
    """From now on letters of this kind are worded by the draft; those sent before stay as they are.

    Raises `NotFound`, `Stale`, `ActRefused` with what has to be mended first.
    """
    draft = _draft(_lock(actor), kind, seen=seen)
    if problems := wording_problems(kind, draft.wording, on=timezone.localdate(now)):
        raise ActRefused(" ".join(problems))
    draft.published_at, draft.published_by_id = now, actor.user_id
    draft.save(update_fields=["published_at", "published_by"])
    _record(TEMPLATE_PUBLISHED, draft, actor=actor, now=now)
    return draft


@transaction.atomic
def discard_template(kind: LetterKind, *, actor: Actor, now: dt.datetime, seen: int) -> None:
    """Throw the draft away; what is published stays. Raises `NotFound`, `Stale`."""
    draft = _draft(_lock(actor), kind, seen=seen)
    _record(TEMPLATE_DISCARDED, draft, actor=actor, now=now)
    draft.delete()


def wording_problems(kind: LetterKind, wording: Wording, *, on: dt.date) -> tuple[str, ...]:
    """What keeps a wording from being used: placeholders first, then signs that cannot be printed."""
    if problems := problems_of(kind, wording):
        return problems
    try:
        render(sample_letter(kind, wording, on=on))
    except UnprintableCharacter as error:
        return (str(error),)
    return ()


def _lock(actor: Actor) -> Municipality:
    try:
        municipality_id = own_municipality_id(actor)
    except NotVisible:
        raise NotFound("このページは見つかりません。") from None
    return Municipality.objects.select_for_update(no_key=True).get(pk=municipality_id)


def _draft(municipality: Municipality, kind: LetterKind, *, seen: int) -> LetterTemplate:
    draft = LetterTemplate.objects.draft(municipality_id=municipality.pk, kind=kind)
    if seen_of(draft) != seen:
        raise Stale
    if draft is None:
        raise ActRefused(NO_DRAFT)
    return draft


def _next_version(municipality: Municipality, kind: LetterKind) -> int:
    standing = LetterTemplate.objects.standing(municipality_id=municipality.pk, kind=kind)
    return standing.version + 1 if standing else 1


def _record(action: str, template: LetterTemplate, *, actor: Actor, now: dt.datetime) -> None:
    kind = LetterKind(template.kind)
    audit.record(
        action=action,
        subject=audit.Subject(
            "certification.letter_template", str(template.pk), f"{kind.label}の文面 第{template.version}版"
        ),
        actor=actor,
        now=now,
        details={"kind": kind.value, "version": template.version},
    )
