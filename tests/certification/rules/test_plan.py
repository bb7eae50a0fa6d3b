"""A plan as a value: it goes into JSON and comes back the same, and bad JSON is refused by its path."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from certification.rules.plan import Plan, PlanShapeError, content_hash, from_content, to_content
from tests.certification.rules.any_plan import plans
from tests.certification.rules.sample import COMPLETE, with_unit


@given(plans())
def test_any_plan_survives_json(plan: Plan) -> None:
    assert from_content(json.loads(json.dumps(to_content(plan)))) == plan


def test_the_hash_speaks_of_the_content_alone() -> None:
    content = to_content(COMPLETE)
    shuffled = dict(reversed(content.items()))

    assert content_hash(content) == content_hash(shuffled)
    assert content_hash(content) != content_hash(to_content(with_unit(number="102")))


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ({"castle": {}}, "castle"),
        ({"buildings": {}}, "buildings"),
        ({"buildings": [{"units": [{"floor": "1"}]}]}, r"buildings\[0\]\.units\[0\]\.floor"),
        ({"buildings": [{"units": [{"floor_area_m2": "wide"}]}]}, "floor_area_m2"),
        ({"pledges": [{"acknowledged_on": "yesterday"}]}, "acknowledged_on"),
        ({"price": {"has_general_service": 1}}, "has_general_service"),
    ],
)
def test_what_has_not_the_shape_of_a_plan_is_refused(content: dict[str, Any], path: str) -> None:
    with pytest.raises(PlanShapeError, match=path):
        from_content(content)


def test_what_is_missing_is_empty() -> None:
    assert from_content({}) == Plan()
