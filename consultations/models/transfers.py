"""引き継ぎ: a case offered to another desk, and what it said."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from consultations.models.cases import Case
from consultations.models.consents import ConsentEvent
from consultations.rules.transferring import NotTaken, TransferState
from councils.models import Desk


class CaseTransfer(models.Model):
    """One offer to one desk. What was offered stays as it was (trigger in the database)."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField("フォームの鍵", unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transfers", verbose_name="相談")
    consent = models.ForeignKey(ConsentEvent, on_delete=models.PROTECT, related_name="+", verbose_name="同意")
    from_desk = models.ForeignKey(
        Desk, on_delete=models.PROTECT, related_name="+", verbose_name="引き継ぐ窓口"
    )
    to_desk = models.ForeignKey(
        Desk, on_delete=models.PROTECT, related_name="incoming_transfers", verbose_name="引き受ける窓口"
    )
    request = models.CharField("なぜ引き継ぐか", max_length=400)
    offered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="頼んだ人")
    offered_at = models.DateTimeField("頼んだ日時")
    expires_at = models.DateTimeField("いつまで")
    state = models.CharField("状態", max_length=10, choices=TransferState, default=TransferState.OFFERED)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答えた人"
    )
    answered_at = models.DateTimeField("答えた日時", null=True, blank=True)
    not_taken = models.CharField("引き受けられない理由", max_length=8, choices=NotTaken, blank=True)
    new_case = models.ForeignKey(
        Case,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="引き受けた協議会の相談",
    )

    class Meta:
        verbose_name = "引き継ぎ"
        verbose_name_plural = "引き継ぎ"
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("case",), condition=Q(state=TransferState.OFFERED), name="transfer_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state=TransferState.OFFERED, answered_at__isnull=True)
                | (~Q(state=TransferState.OFFERED) & Q(answered_at__isnull=False)),
                name="transfer_answered_with_moment",
            ),
        )
        indexes = (models.Index(fields=("to_desk", "state", "id"), name="transfer_to_desk"),)

    def __str__(self) -> str:
        return f"{self.case} {self.get_state_display()}"
