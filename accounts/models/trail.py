"""The audit trail: append-only events and the seals over ranges of them.

Both tables refuse UPDATE and DELETE by database trigger (migration `append_only`). Written only by `accounts.audit`.
"""

from __future__ import annotations

from django.db import models


class AuditEvent(models.Model):
    """One thing somebody did or read. Names are kept as they were; there is no foreign key on purpose."""

    recorded_at = models.DateTimeField("記録日時")
    request_id = models.CharField("受付ID", max_length=36, blank=True)
    municipality_code = models.CharField("自治体コード", max_length=6, blank=True)
    action = models.CharField("行為", max_length=60)
    subject_type = models.CharField("対象の種類", max_length=60)
    subject_id = models.CharField("対象のID", max_length=60)
    subject_label = models.CharField("対象", max_length=200)
    from_state = models.CharField("前の状態", max_length=30, blank=True)
    to_state = models.CharField("後の状態", max_length=30, blank=True)
    actor_id = models.CharField("行為者のID", max_length=40, blank=True)
    actor_name = models.CharField("行為者", max_length=100)
    actor_role = models.CharField("役割", max_length=60, blank=True)
    actor_organisation = models.CharField("所属", max_length=120, blank=True)
    reason = models.TextField("理由", blank=True)
    legal_basis = models.CharField("根拠", max_length=120, blank=True)
    details = models.JSONField("詳細", default=dict, blank=True)
    nonce = models.CharField("一回だけの値", max_length=16, editable=False)
    digest = models.CharField("指紋", max_length=64, editable=False)

    class Meta:
        verbose_name = "監査記録"
        verbose_name_plural = "監査記録"
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=("subject_type", "subject_id", "-id"), name="audit_of_subject"),
            models.Index(fields=("municipality_code", "-recorded_at", "-id"), name="audit_of_municipality"),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.action} {self.subject_label}"


class AuditSeal(models.Model):
    """A chained seal over the events `first_id`..`last_id`: entries are [event id, event digest] in order."""

    sealed_at = models.DateTimeField("封印日時")
    first_id = models.BigIntegerField("最初の記録番号")
    last_id = models.BigIntegerField("最後の記録番号", unique=True)
    entries = models.JSONField("記録番号と指紋")
    previous_hash = models.CharField("前の封印", max_length=64)
    hash = models.CharField("封印", max_length=64, unique=True)

    class Meta:
        verbose_name = "監査記録の封印"
        verbose_name_plural = "監査記録の封印"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.first_id}-{self.last_id}"
