"""The written table: every named address, what it needs, and who gets in. An address that is not here fails the test.

Actors of the own city: applicant, desk, reviewer (the second department), decider, viewer, auditor, administrator. `stranger`
is logged in without any post; `root` is a superuser; `other_*` are the same people of the other city. What is not allowed
is 404, never 403: a foreign object does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tests.world import City

CASE_STAFF: Final = frozenset({"desk", "colleague", "reviewer", "decider", "viewer"})
REVIEWERS: Final = frozenset({"desk", "colleague", "reviewer"})
STAFF: Final = CASE_STAFF | {"auditor", "administrator"}
OWN: Final = STAFF | {"applicant"}
EVERYBODY: Final = OWN | {"stranger", "root"} | {f"other_{name}" for name in OWN}

Args = Callable[[City], dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Who gets an answer below 400 on GET; `post` lists who may post (GET is then 405 for them)."""

    get: frozenset[str] = frozenset()
    post_only: bool = False
    args: Args = field(default=lambda city: {})
    anonymous: int = 302


def case(name: str) -> Args:
    return lambda city: {"case_id": city.cases[name].public_id}


def case_and(name: str, **more: object) -> Args:
    return lambda city: {"case_id": city.cases[name].public_id, **more}


def _judgement(city: City) -> dict[str, object]:
    row = city.cases["under_review"].judgements.order_by("pk").first()
    assert row is not None
    return {"case_id": city.cases["under_review"].public_id, "judgement_id": row.pk}


def _point(city: City) -> dict[str, object]:
    row = city.cases["returned"].return_points.order_by("pk").first()
    assert row is not None
    return {"case_id": city.cases["returned"].public_id, "point_id": row.public_id}


def _document(city: City) -> dict[str, object]:
    row = city.cases["under_review"].current_version.documents.order_by("pk").first()
    assert row is not None
    return {"document_id": row.public_id}


def _draft_document(city: City) -> dict[str, object]:
    row = city.cases["draft"].current_version.documents.order_by("pk").first()
    assert row is not None
    return {"case_id": city.cases["draft"].public_id, "document_id": row.public_id}


def _letter(city: City) -> dict[str, object]:
    return {"letter_id": city.cases["certified"].letters.get().public_id}


def _item(city: City) -> dict[str, object]:
    from certification.models import ReviewItem

    return {"item_id": ReviewItem.objects.filter(table__municipality=city.office.municipality).first().pk}  # type: ignore[union-attr]


def _appointment(city: City) -> dict[str, object]:
    return {"public_id": city.office.desk.appointments.get().public_id}


APPLICANT: Final = frozenset({"applicant"})
ANY_APPLICANT: Final = frozenset({"applicant", "other_applicant"})
ADMIN: Final = frozenset({"administrator"})
ANY_ADMIN: Final = frozenset({"administrator", "other_administrator"})
ANY_STAFF_WITH_CASES: Final = CASE_STAFF | {f"other_{name}" for name in CASE_STAFF}

TABLE: Final[dict[str, Cell]] = {
    "home": Cell(get=EVERYBODY, anonymous=200),
    "alive": Cell(get=EVERYBODY, anonymous=200),
    "ready": Cell(get=EVERYBODY, anonymous=200),
    "styleguide": Cell(get=EVERYBODY, anonymous=200),
    # applicants
    "certification:plans": Cell(get=ANY_APPLICANT),
    "certification:plan_new": Cell(get=ANY_APPLICANT),
    "certification:plan": Cell(get=APPLICANT, args=case("draft")),
    "certification:plan_section": Cell(get=APPLICANT, args=case_and("draft", section="buildings")),
    "certification:plan_documents": Cell(get=APPLICANT, args=case("draft")),
    "certification:plan_document_remove": Cell(post_only=True, get=APPLICANT, args=_draft_document),
    "certification:plan_preview": Cell(get=APPLICANT, args=case("draft")),
    "certification:plan_returns": Cell(get=APPLICANT, args=case("returned")),
    "certification:plan_submit": Cell(get=APPLICANT, args=case("draft")),
    "certification:plan_withdraw": Cell(get=APPLICANT, args=case("draft")),
    # staff
    "certification:queue": Cell(get=ANY_STAFF_WITH_CASES),
    "certification:case": Cell(get=CASE_STAFF, args=case("under_review")),
    "certification:case_judge": Cell(post_only=True, get=CASE_STAFF, args=_judgement),
    "certification:case_not_applicable": Cell(post_only=True, get=CASE_STAFF, args=case("under_review")),
    "certification:case_points": Cell(get=CASE_STAFF, args=case("returned")),
    "certification:case_point_remove": Cell(post_only=True, get=CASE_STAFF, args=_point),
    "certification:case_point_judge": Cell(post_only=True, get=CASE_STAFF, args=_point),
    "certification:case_assign": Cell(post_only=True, get=CASE_STAFF, args=case("under_review")),
    "certification:case_changes": Cell(get=CASE_STAFF, args=case("returned")),
    "certification:case_act": Cell(get=CASE_STAFF, args=case_and("under_review", action="circulate")),
    # both
    "certification:document": Cell(get=CASE_STAFF | APPLICANT, args=_document),
    "certification:letter": Cell(get=CASE_STAFF | APPLICANT, args=_letter),
    # the municipality's administrator
    "certification:settings": Cell(get=ANY_ADMIN),
    "certification:review_table": Cell(get=ANY_ADMIN),
    "certification:review_table_draft": Cell(get=ANY_ADMIN),
    "certification:review_item": Cell(get=ADMIN, args=_item),
    "certification:review_table_publish": Cell(get=ANY_ADMIN),
}
