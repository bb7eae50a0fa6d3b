"""The two cities of the measurements: one case of each kind walks the real services, the rest are copies of those.

15 % of the cases are open, half of those with the lead; three of four belong to the first city. That is so that even a
thousand cases fill a page of every tab of the first city's desk, and both sizes draw the same fifty rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from django.core.management import call_command
from django.db import ProgrammingError, connection
from django.utils import timezone

from accounts.models import Municipality, User
from benchmarks.population import clone
from certification.demo import (
    FLOW_MISSING,
    Office,
    Walk,
    applicant,
    item_numbers,
    sample_plan,
    staff_office,
    with_safety_every,
)
from certification.models import Application, CertificationSetting, Operator
from certification.rules.workflow import Action, Order
from japan.calendar import add_business_days

FIRST_CITY: Final = 75
"""Per cent of all cases; the rest is the other city's."""

SHARES: Final[dict[str, float]] = {
    "受付待ち": 0.5,
    "主管課審査中": 5.0,
    "持回り審査中": 4.0,
    "取りまとめ中": 2.0,
    "補正待ち": 2.0,
    "決裁中": 1.5,
    "認定": 40.0,
    "補正して認定": 30.0,
    "取下げ": 15.0,
}
"""Per cent of a city's cases by what became of them; the first six are open."""

LAYER: Final = 2_500
"""How many cases come in before all kinds have had their turn."""
CASES_A_PERSON: Final = 2_500
"""Of all, open and closed; one in seven of them is open."""


@dataclass(frozen=True, kw_only=True)
class Town:
    """Whom the measurements sign in as, and a case of every kind (`SHARES`) by the order of its city."""

    desk: User
    root: User
    applicant: User
    kinds: dict[Order, dict[str, Application]]


def settle() -> Town:
    """Empty tables become two cities with one case of each kind. A few seconds."""
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    operator, user = applicant("株式会社みほん住まい", email="owner@example.jp", name="架空 太郎")
    root = User.objects.create_superuser("root@example.jp", name="管理者(見本)")
    first = _office(Order.SERIAL, prefix="first")
    second = _office(Order.PARALLEL, prefix="second")
    kinds = {Order.SERIAL: _kinds(first, operator, user), Order.PARALLEL: _kinds(second, operator, user)}
    return Town(desk=first.desk, root=root, applicant=user, kinds=kinds)


def populate(town: Town, total: int) -> None:
    """Copy the cases of both cities until there are about `total`; then let the planner look at them.

    Cities and kinds alternate, as they do when cases come in over the years; and who has more cases has more people.
    """
    people = max(1, total // CASES_A_PERSON)
    hands = [town.desk.pk, *(_colleague(town.desk, number).pk for number in range(1, people))]
    layers = max(1, total // LAYER)
    with _references_unchecked():
        for _ in range(layers):
            for order, kinds in town.kinds.items():
                part = FIRST_CITY if order == Order.SERIAL else 100 - FIRST_CITY
                for kind, case in kinds.items():
                    count = round(total / layers * part / 100 * SHARES[kind] / 100)
                    clone(case, max(count, 1), trail=True, files=False, hands=hands)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


@contextmanager
def _references_unchecked() -> Iterator[None]:
    """Spare PostgreSQL the check of each copied reference, where the connection may: half of the time."""
    if connection.vendor != "postgresql":
        yield
        return
    with suppress(ProgrammingError), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    yield
    with suppress(ProgrammingError), connection.cursor() as cursor:
        cursor.execute("RESET session_replication_role")


def _colleague(desk: User, number: int) -> User:
    user = User.objects.create_user(f"colleague-{number}@example.jp", name=f"同僚 {number}(見本)")
    for post in desk.appointments.all():
        user.appointments.create(department=post.department, role=post.role, from_on=post.from_on)
    return user


def _office(order: Order, *, prefix: str) -> Office:
    setting = CertificationSetting.objects.get(order=order)
    municipality = Municipality.objects.get(pk=setting.municipality_id)
    return staff_office(municipality, prefix=prefix, since=dt.date(2024, 4, 1))


def _kinds(office: Office, operator: Operator, user: User) -> dict[str, Application]:
    """One case walks to its certification, and leaves a copy of itself wherever a kind ends or branches off."""
    order = Order(office.setting.order)
    # With the spread of the copies, half of the open cases are overdue.
    start = add_business_days(timezone.localdate(), -32)
    at = dt.datetime.combine(start, dt.time(9, 30), timezone.get_current_timezone())
    walk = Walk(office=office, user=user, at=at)
    plan = sample_plan(company=operator.name, city=office.municipality.name)
    walk.file(operator, with_safety_every(plan, 2))
    kinds = {"受付待ち": _copy(walk).application}
    walk.accept()
    kinds["主管課審査中"] = _copy(walk).application
    kinds["取下げ"] = _copy(walk).act(Action.WITHDRAW, user).application
    returned = _copy(walk).gather(lead=_fault(office)).send_back()
    kinds["補正待ち"] = _copy(returned).application
    returned.write(plan)
    corrected = returned.answer("ご指摘のとおり直しました。").resubmit()
    kinds["補正して認定"] = corrected.gather().propose().decide().application
    walk.lead_review()
    if order == Order.SERIAL:
        walk.act(Action.CIRCULATE, office.desk)
    kinds["持回り審査中"] = _copy(walk).application
    walk.gather()
    kinds["取りまとめ中"] = _copy(walk).application
    walk.propose()
    kinds["決裁中"] = _copy(walk).application
    kinds["認定"] = walk.decide().application
    return kinds


def _copy(walk: Walk) -> Walk:
    """The walk again, with a case of its own that stands where the other stands."""
    copy = Walk(office=walk.office, user=walk.user, at=walk.at)
    copy.application = Application.objects.get(pk=clone(walk.application, 1, trail=True)[0])
    return copy


def _fault(office: Office) -> dict[int, tuple[str, str]]:
    """A point of return on an item that the lead alone reviews."""
    soft, hard = item_numbers(office.setting)
    return {soft if office.setting.order == Order.SERIAL else hard: FLOW_MISSING}
