"""公開一覧: the only writer of public rows. A plan enters when it is certified; its operator says what is shown of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.rules.actor import Actor
from certification.models import Application, Plan, PlanVersion, RegisterEntry
from certification.rules.operators import OperatorRole
from certification.rules.plan import Plan as PlanContent
from certification.rules.register import PublicField, public_row, vacancy_problem
from certification.selectors.access import applicant_cases, hand_of
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.trail import record


def enter(plan: Plan, *, version: PlanVersion, now: dt.datetime) -> RegisterEntry:
    """The row of a plan that has just been certified in this version. What its operator agreed to before still holds."""
    entry = RegisterEntry.objects.select_for_update(of=("self",)).filter(plan=plan).first()
    entry = entry or RegisterEntry(plan=plan)
    entry.version = version
    _derive(entry, content=version.value, now=now)
    return entry


@transaction.atomic
def publish(
    *,
    application_id: uuid.UUID,
    fields: Iterable[str],
    vacancies: int | None,
    actor: Actor,
    now: dt.datetime,
    seen: int,
) -> RegisterEntry:
    """Show exactly these fields, and this many vacancies as of today where the operator shows them.

    `seen` is the entry's `revision` on the page. Raises `NotFound`, `Stale`, `InputMissing`, `ActRefused` for anybody but a 管理者.
    """
    application = _own_certified(application_id, actor=actor)
    entry = _locked(application.plan)
    if entry.revision != seen:
        raise Stale
    content = entry.version.value
    chosen = set(fields)
    entry.published_fields = [field.value for field in PublicField if field.value in chosen]
    _report(entry, vacancies, content=content, today=timezone.localdate(now))
    _derive(entry, content=content, now=now)
    details = {"fields": entry.published_fields, "vacancies": entry.vacancies}
    record(application, action="publish", actor=actor, now=now, details=details)
    return entry


def _own_certified(application_id: uuid.UUID, *, actor: Actor) -> Application:
    cases = applicant_cases(actor).select_related("plan__operator", "municipality")
    found = cases.filter(public_id=application_id, plan__status=Plan.Status.CERTIFIED).first()
    if found is None:
        raise NotFound("公開一覧に載っている計画が見つかりません。")
    if hand_of(actor, found).role != OperatorRole.MANAGER:
        raise ActRefused("公開する項目を決められるのは、申請した事業者の管理者だけです。")
    return found


def _locked(plan: Plan) -> RegisterEntry:
    """Two statements on purpose: what is joined to a locked row is as it was before the wait."""
    pk = RegisterEntry.objects.select_for_update().values_list("pk", flat=True).filter(plan=plan).first()
    if pk is None:
        raise NotFound("公開一覧に載っている計画が見つかりません。")
    return RegisterEntry.objects.select_related("version").get(pk=pk)


def _report(entry: RegisterEntry, vacancies: int | None, *, content: PlanContent, today: dt.date) -> None:
    """A number that is not shown is not kept."""
    if not entry.shows(PublicField.VACANCY):
        entry.vacancies = entry.vacancies_on = None
        return
    if problem := vacancy_problem(vacancies, unit_count=sum(1 for _ in content.units)):
        raise InputMissing("vacancies", problem)
    entry.vacancies, entry.vacancies_on = vacancies, today


def _derive(entry: RegisterEntry, *, content: PlanContent, now: dt.datetime) -> None:
    row = public_row(content, entry.published_fields)
    entry.card, entry.facets = row.card, row.facets
    entry.rent_low_yen, entry.rent_high_yen = row.rent_low_yen, row.rent_high_yen
    entry.floor_area_low_m2, entry.floor_area_high_m2 = row.floor_area_low_m2, row.floor_area_high_m2
    entry.revision += 1
    entry.changed_at = now
    entry.save()
