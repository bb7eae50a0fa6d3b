"""公開一覧: entering at certification, agreeing, reporting vacancies, leaving; and the migration that fills it."""

from __future__ import annotations

import importlib
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, User
from accounts.selectors import NotVisible, actor_of
from certification.demo import Walk
from certification.models import Operator, Plan, RegisterEntry
from certification.selectors.register import public_entry, register_page
from certification.services import register
from certification.services.errors import InputMissing, NotFound, Stale
from tests.certification.conftest import SINCE


@pytest.fixture
def certified(proposed: Walk) -> Walk:
    return proposed.decide()


def entry_of(walk: Walk) -> RegisterEntry:
    return RegisterEntry.objects.get(plan=walk.application.plan_id)


def publish(walk: Walk, user: User, **given: Any) -> RegisterEntry:
    return register.publish(
        **{
            "application_id": walk.application.public_id,
            "fields": (),
            "vacancies": None,
            "actor": actor_of(user, day=SINCE),
            "now": walk.at,
            "seen": entry_of(walk).revision,
            **given,
        }
    )


def test_nothing_is_on_the_list_before_the_decision(proposed: Walk) -> None:
    assert not RegisterEntry.objects.exists()


def test_the_decision_enters_the_plan_with_nothing_agreed(certified: Walk) -> None:
    entry = entry_of(certified)
    assert (entry.published_fields, entry.card, entry.facets) == ([], {}, "")
    assert (entry.rent_low_yen, entry.floor_area_low_m2, entry.vacancies) == (None, None, None)
    assert entry.version == certified.application.current_version


def test_a_refused_plan_does_not_enter(gathered: Walk) -> None:
    gathered.propose_refusal("41-7", "高いため。").decide()
    assert not RegisterEntry.objects.exists()


def test_agreeing_shows_and_taking_back_removes_every_trace(certified: Walk) -> None:
    user = certified.user
    entry = publish(certified, user, fields=["rent", "acceptance", "vacancy", "nonsense"], vacancies=2)
    assert entry.published_fields == ["rent", "acceptance", "vacancy"]
    assert (entry.rent_low_yen, entry.rent_high_yen, entry.vacancies) == (52_000, 54_000, 2)
    assert entry.vacancies_on == certified.at.date()
    entry = publish(certified, user, vacancies=2)
    assert (entry.card, entry.facets, entry.rent_low_yen, entry.vacancies, entry.vacancies_on) == (
        *({}, "", None, None, None),
    )


def test_the_act_is_on_record_without_the_content(certified: Walk) -> None:
    publish(certified, certified.user, fields=["operator", "vacancy"], vacancies=1)
    event = AuditEvent.objects.get(action="certification.publish")
    assert event.details == {"fields": ["operator", "vacancy"], "vacancies": 1}
    assert event.actor_organisation == "株式会社みほん住まい"


def test_a_page_that_was_too_old_changes_nothing(certified: Walk) -> None:
    seen = entry_of(certified).revision
    publish(certified, certified.user, fields=["rent"])
    with pytest.raises(Stale):
        publish(certified, certified.user, fields=[], seen=seen)
    assert entry_of(certified).published_fields == ["rent"]


@pytest.mark.parametrize("vacancies", [None, 5])
def test_vacancies_that_cannot_be(certified: Walk, vacancies: int | None) -> None:
    with pytest.raises(InputMissing) as refused:
        publish(certified, certified.user, fields=["vacancy"], vacancies=vacancies)
    assert refused.value.field == "vacancies"
    assert entry_of(certified).published_fields == []


def test_others_find_nothing(certified: Walk, outsider: tuple[Operator, User]) -> None:
    for user in (outsider[1], certified.office.desk, certified.office.decider):
        with pytest.raises(NotFound):
            publish(certified, user, fields=["rent"])
    with pytest.raises(NotFound):
        publish(certified, certified.user, application_id=uuid.uuid4())


@pytest.mark.parametrize("status", [Plan.Status.ABOLISHED, Plan.Status.REVOKED])
def test_what_is_no_longer_certified_leaves_the_list(certified: Walk, status: Plan.Status) -> None:
    entry = publish(certified, certified.user, fields=["rent"])
    assert public_entry(entry.public_id) == entry
    Plan.objects.filter(pk=entry.plan_id).update(status=status)
    assert register_page(lambda entries: entries).total == 0
    with pytest.raises(NotVisible):
        public_entry(entry.public_id)
    with pytest.raises(NotFound):
        publish(certified, certified.user, fields=[])


def test_certified_again_keeps_what_was_agreed(certified: Walk) -> None:
    entry = publish(certified, certified.user, fields=["rent"])
    again = register.enter(entry.plan, version=entry.version, now=certified.at)
    assert (again.pk, again.published_fields, again.rent_low_yen) == (entry.pk, ["rent"], 52_000)


def test_the_migration_fills_the_list_once_and_agrees_to_nothing(certified: Walk) -> None:
    version = entry_of(certified).version_id
    RegisterEntry.objects.all().delete()
    fill = importlib.import_module("certification.migrations.0006_fill_register").fill
    fill(apps, None)
    fill(apps, None)
    entry = RegisterEntry.objects.get()
    assert (entry.version_id, entry.published_fields, entry.card) == (version, [], {})


@pytest.mark.parametrize(
    "wrong", [{"vacancies": 1}, {"rent_low_yen": 5}, {"rent_low_yen": 5, "rent_high_yen": 4}]
)
def test_the_database_refuses_halves(certified: Walk, wrong: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterEntry.objects.update(**wrong)
