"""How drafts of sections go: with the save of their section, with the filing, with the withdrawal, or when they are old.

What keeps them is `planning.keep_draft`. No event of the audit trail tells of a draft: nothing of the plan changes, nobody
but its writer ever sees it, and a record every few seconds would bury the acts that matter. Saving is recorded as always.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from accounts.rules.actor import Actor
from certification.models import PlanVersion, SectionDraft
from certification.rules.plan import Section

KEPT_DAYS: Final = 90
"""A draft nobody came back to in this time is not wanted any more; people's data is not kept for nothing."""


def drop_draft(version: PlanVersion, *, section: Section, row: str, actor: Actor) -> bool:
    """Delete the actor's own draft of one row; whether there was one."""
    mine = SectionDraft.objects.filter(version=version, user=actor.user_id, section=section, row=row)
    return mine.delete()[0] > 0


def forget_drafts(version: PlanVersion) -> None:
    """Delete everybody's drafts of a version that is not written any more."""
    SectionDraft.objects.filter(version=version).delete()


def sweep_drafts(*, now: dt.datetime) -> int:
    """Delete drafts that nobody continued for `KEPT_DAYS`; how many."""
    return SectionDraft.objects.filter(saved_at__lt=now - dt.timedelta(days=KEPT_DAYS)).delete()[0]
