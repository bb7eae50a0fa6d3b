"""決裁欄 in the words of the screen: a box for who drafted, and one for each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from certification.rules.approval import Step, StepKind, next_steps
from certification.selectors.approval import Way, awaits_confirmation
from certification.selectors.case import CasePage, filler_names
from certification.selectors.master import Preview
from japan.wareki import format_wareki


def of_page(page: CasePage) -> list[dict[str, Any]]:
    """The boxes of the open or last proposal of a case; nothing where it has no route."""
    way, proposal = page.rows.way, page.rows.proposal
    if way is None or proposal is None:
        return []
    is_open = page.rows.open_proposal is not None
    given = way.given(signature=proposal.signed_hash) if page.facts.signature_holds or not is_open else ()
    due = {step.pk for step in next_steps(way.steps, given)} if is_open else set()
    names = filler_names(page) if is_open else {}
    counted = {stamp.step_id for stamp in given}
    first = {
        "label": "起案",
        "where": page.application.lead_department.name if page.application.lead_department else "",
        "tone": "done",
        "name": proposal.drafted_by.name,
        "day": format_wareki(timezone.localdate(proposal.drafted_at)),
        "words": "",
    }
    rest = [
        _stamped(step, way.stamp_of[step.pk], counts=step.pk in counted)
        if step.pk in way.stamp_of
        else _open(step, names=names, is_due=step.pk in due, is_closed=not is_open)
        for step in way.steps
    ]
    return [first, *rest]


def of_preview(found: Preview) -> list[dict[str, Any]]:
    """The boxes of a proposal not drafted yet."""
    return [_open(step, names=found.names, is_due=False, is_closed=False) for step in found.steps]


def of_steps(steps: Sequence[Step], names: Mapping[int, str]) -> list[dict[str, Any]]:
    """The boxes of a route, with the people of today."""
    return [_open(step, names=names, is_due=False, is_closed=False) for step in steps]


def _head(step: Step) -> dict[str, Any]:
    is_agreement = step.kind == StepKind.AGREE
    return {"label": "合議" if is_agreement else step.title, "where": step.department}


def _stamped(step: Step, stamp: Any, *, counts: bool) -> dict[str, Any]:
    words = ""
    if stamp.on_behalf_of:
        after = "後閲待ち" if awaits_confirmation(stamp) else "後閲済み"
        words = f"代決({stamp.on_behalf_of.name}の代わり・{after})"
    return {
        **_head(step),
        "tone": "done" if counts else "fallen",
        "name": stamp.by.name,
        "day": format_wareki(timezone.localdate(stamp.at)),
        "words": words if counts else "内容が変わったので、この承認は数えません。",
    }


def _open(step: Step, *, names: Mapping[int, str], is_due: bool, is_closed: bool) -> dict[str, Any]:
    people = names.get(step.pk, "")
    return {
        **_head(step),
        "tone": "due" if is_due else "open",
        "name": "",
        "day": "",
        "words": "" if is_closed else people or "承認できる人がいません",
        "is_due": is_due,
    }


def comments(way: Way) -> list[dict[str, Any]]:
    """What was written with the stamps and the 後閲, in order."""
    labels = {step.pk: step.label for step in way.steps}
    found: list[dict[str, Any]] = []
    for stamp in way.stamps:
        label = labels[stamp.step_id]
        if stamp.comment:
            found.append({"label": label, "name": stamp.by.name, "at": stamp.at, "text": stamp.comment})
        if not stamp.on_behalf_of or awaits_confirmation(stamp):
            continue
        after = stamp.confirmation
        found.append(
            {
                "label": f"{label} 後閲",
                "name": after.by.name,
                "at": after.at,
                "text": after.comment or "後閲しました。",
            }
        )
    return found
