"""保存した絞り込み, read: one's own and those shared with one's departments."""

from __future__ import annotations

import uuid

from django.db.models import Q, QuerySet

from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import SavedFilter
from certification.selectors.access import CASE_ROLES


def filters_for(actor: Actor) -> QuerySet[SavedFilter]:
    """What stands above the queue of this person. One query."""
    own = Q(owner=actor.user_id)
    shared = Q(department__in=actor.departments(*CASE_ROLES))
    rows = SavedFilter.objects.filter(own | shared, owner__is_active=True)
    return rows.select_related("owner", "department").order_by("-is_default", "pk")


def own_filter(actor: Actor, filter_id: uuid.UUID) -> SavedFilter:
    """One of the actor's own. Raises `NotVisible`."""
    found = SavedFilter.objects.filter(owner=actor.user_id, public_id=filter_id).first()
    if found is None:
        raise NotVisible
    return found
