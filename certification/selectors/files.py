"""The one attachment or letter somebody opens, with the case it belongs to."""

from __future__ import annotations

import uuid

from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import Application, Document, Letter, Plan
from certification.selectors.access import visible_documents, visible_letters


def document_to_open(actor: Actor, document_id: uuid.UUID) -> tuple[Document, Application]:
    """The attachment and the latest case of its plan. Two queries. Raises `NotVisible`."""
    found = visible_documents(actor).select_related("version").filter(public_id=document_id).first()
    if found is None:
        raise NotVisible
    cases = Application.objects.filter(plan=found.version.plan_id).select_related(
        "municipality", "plan__operator"
    )
    return found, cases.latest("pk")


def letter_to_open(actor: Actor, letter_id: uuid.UUID) -> tuple[Letter, Application]:
    """The letter and its case; of a letter about the plan alone, the latest case of it. Raises `NotVisible`."""
    related = ("application__municipality", "application__plan__operator")
    found = visible_letters(actor).select_related(*related).filter(public_id=letter_id).first()
    if found is None:
        raise NotVisible
    if found.application is not None:
        return found, found.application
    cases = Application.objects.filter(plan=found.plan_id, submitted_at__isnull=False)
    return found, cases.select_related("municipality", "plan__operator").latest("pk")


def letters_of_plan(actor: Actor, plan: Plan) -> tuple[Letter, ...]:
    """Letters about a plan outside any procedure (監督) that the actor may open, newest first. One query."""
    mine = visible_letters(actor).filter(plan=plan, application__isnull=True)
    return tuple(mine.defer("pdf", "content").order_by("-pk"))
