"""The letters of supervision: which particulars each must contain, out of the measure it tells of.

The one place where a measure asks for a letter. The event keeps its particulars under the keys the kinds of letters have.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from accounts.rules.actor import Actor
from certification.models import CertificationSetting, Measure, RegisterEntry
from certification.rules.letter_kinds import LetterKind
from certification.rules.supervision import Letter, MeasureKind, ground_labels
from certification.services import letters
from japan.wareki import format_wareki

PLANNED = {
    MeasureKind.ORDER: "法第55条の規定による改善命令",
    MeasureKind.REVOCATION: "法第56条の規定による認定の取消し",
}

PLACED = (Letter.INSPECTION_NOTICE, Letter.EXPLANATION_NOTICE, Letter.HEARING_NOTICE)
"""Letters that say where to."""


def grounds_text(measure: Measure) -> str:
    """The article, and what of it holds: 法55条(法48条(帳簿の備付けと保存)に違反)."""
    labels = ground_labels(measure.grounds)
    return f"{measure.basis}({'、'.join(labels)})" if labels else measure.basis


def fields_of(letter: Letter, measure: Measure, *, day: dt.date) -> dict[str, str]:
    """The particulars of a letter by key; days as ISO dates."""
    due_on = measure.due_on.isoformat() if measure.due_on else ""
    reason = measure.reasons or measure.facts
    if letter in (Letter.EXPLANATION_NOTICE, Letter.HEARING_NOTICE):
        told = {
            "disposition": f"{PLANNED[MeasureKind(measure.kind)]}({measure.demand})",
            "ground": grounds_text(measure),
            "facts": measure.facts,
        }
        if letter == Letter.EXPLANATION_NOTICE:
            return {**told, "submit_to": measure.place, "due_on": due_on}
        return {**told, "at": _day(measure.due_on), "place": measure.place, "organisation": ""}
    if letter == Letter.INSPECTION_NOTICE:
        officers = "、".join(f"{one['post']} {one['name']}" for one in measure.inspectors)
        return {
            "at": _day(measure.due_on),
            "place": measure.place,
            "matters": measure.demand,
            "reason": measure.facts,
            "officers": officers,
        }
    if letter == Letter.IMPROVEMENT_ORDER:
        violation = "、".join(ground_labels(measure.grounds))
        return {"measures": measure.demand, "violation": violation, "reason": reason, "due_on": due_on}
    if letter == Letter.REVOCATION_NOTICE:
        return {"revoked_on": day.isoformat(), "ground": grounds_text(measure), "reason": reason}
    return {"matters": measure.demand, "reason": measure.facts, "due_on": due_on}


DAYS = ("due_on", "revoked_on")
"""Particulars that are days, and stand in `fields` as ISO dates."""


def send(
    letter: Letter, measure: Measure, *, fields: Mapping[str, str], actor: Actor, now: dt.datetime
) -> None:
    """The letter of an act, numbered, rendered and kept in its transaction. Raises `InputMissing`, `ActRefused`."""
    setting = CertificationSetting.objects.select_related("lead_department").get(
        municipality=measure.plan.municipality_id
    )
    given: dict[str, str | dt.date] = {
        key: dt.date.fromisoformat(value) if key in DAYS and value else value for key, value in fields.items()
    }
    if letter == Letter.HEARING_NOTICE:
        given["organisation"] = setting.lead_department.name
    entry = RegisterEntry.objects.select_related("version").get(plan=measure.plan)
    letters.issue(
        LetterKind(letter.value),
        plan=measure.plan,
        fields=given,
        addressees=letters.addressees_of(entry.version),
        setting=setting,
        actor=actor,
        now=now,
    )


def told_text(letter: Letter, measure: Measure) -> str:
    """The same for the operator's page, in plain lines. Nothing of who told the office stands in it."""
    lines = {
        Letter.REPORT_DEMAND: ("報告を求める事項", "報告の期限"),
        Letter.INSPECTION_NOTICE: ("検査する事項", "検査の日"),
        Letter.GUIDANCE: ("お願いする事項", "改善の期限"),
        Letter.EXPLANATION_NOTICE: ("予定している命令の内容", "弁明書の提出期限"),
        Letter.HEARING_NOTICE: ("予定している処分", "聴聞の期日"),
        Letter.IMPROVEMENT_ORDER: ("命ずる措置", "措置の期限"),
        Letter.REVOCATION_NOTICE: ("処分", ""),
    }
    what, when = lines[letter]
    told = [f"{what}: {measure.demand}"]
    if letter != Letter.GUIDANCE:
        told.append(f"根拠: {grounds_text(measure)}")
    told.append(f"理由となる事実: {measure.reasons or measure.facts}")
    if when and measure.due_on:
        told.append(f"{when}: {_day(measure.due_on)}")
    if measure.place and letter in PLACED:
        told.append(f"場所・提出先: {measure.place}")
    return "\n".join(told)


def _day(day: dt.date | None) -> str:
    return format_wareki(day) if day else ""
