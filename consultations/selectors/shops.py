"""The shops of a council, as consultations meet them."""

from __future__ import annotations

from councils.models import Shop
from councils.rules.words import ShopState


def shop_choices(council_id: int) -> list[tuple[str, str]]:
    """(public id, name) of the registered shops of a council, by name."""
    rows = Shop.objects.filter(council=council_id, state=ShopState.REGISTERED).order_by("kana", "name", "pk")
    return [(str(public_id), name) for public_id, name in rows.values_list("public_id", "name")]
