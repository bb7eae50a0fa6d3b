"""What the people of an operator may do, and those of a joint applicant (法40条4項).

管理者 files, withdraws and decides who belongs; 作成者 writes, attaches and answers; 閲覧 reads. A joint applicant's 管理者
agrees to the content; where the filing operator allows it, its people write what is said about the support.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

from certification.rules.plan import Section
from certification.rules.workflow import Who


class OperatorRole(TextChoices):
    """The role of a person in an operator."""

    MANAGER = "manager", "管理者"
    WRITER = "writer", "作成者"
    VIEWER = "viewer", "閲覧"


ROLE_TEXTS: Final[dict[OperatorRole, str]] = {
    OperatorRole.MANAGER: "申請・取下げをし、担当者を招く",
    OperatorRole.WRITER: "計画を書き、書類を添え、補正に答える",
    OperatorRole.VIEWER: "計画と通知を読む",
}

WRITING_ROLES: Final = (OperatorRole.MANAGER, OperatorRole.WRITER)

PARTNER_SECTIONS: Final = (Section.SUPPORT, Section.PRICE)
"""What a joint applicant may write where the filing operator allows it: the support and what it costs."""

INVITATION_LASTS: Final = dt.timedelta(days=14)
MOST_OPEN_INVITATIONS: Final = 20
"""Open invitations of one operator or one municipality at a time."""

LAST_MANAGER: Final = "管理者が一人もいなくなるため、できません。先に、ほかの方を管理者にしてください。"


@dataclass(frozen=True, kw_only=True)
class Hand:
    """What a person is to a plan: the role in the filing operator, the role in the joint applicant."""

    role: OperatorRole | None = None
    partner_role: OperatorRole | None = None
    partner_may_write: bool = False

    @property
    def standing(self) -> frozenset[Who]:
        """The standings of the state table."""
        found = set()
        if self.role == OperatorRole.MANAGER:
            found.add(Who.APPLICANT)
        if self.role == OperatorRole.WRITER or self.writes_support:
            found.add(Who.WRITER)
        if self.partner_role == OperatorRole.MANAGER:
            found.add(Who.PARTNER)
        return frozenset(found)

    @property
    def writes_all(self) -> bool:
        """Whether the person writes the whole plan, its documents and answers."""
        return self.role in WRITING_ROLES

    @property
    def writes_support(self) -> bool:
        """Whether the person writes as a joint applicant."""
        return self.partner_may_write and self.partner_role in WRITING_ROLES

    def may_write(self, section: Section | None) -> bool:
        """Whether a section (None: a document or an answer) is the person's to write."""
        return self.writes_all or (self.writes_support and section in PARTNER_SECTIONS)


def keeps_a_manager(*, other_managers: int, becomes: OperatorRole | None) -> bool:
    """Whether an operator still has a 管理者 after one person `becomes` another role, or (None) leaves."""
    return other_managers > 0 or becomes == OperatorRole.MANAGER
