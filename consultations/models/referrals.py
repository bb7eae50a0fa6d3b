"""関係機関への紹介: the directory of agencies, what was sent to one of them, and each step of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from consultations.models.cases import Case
from consultations.models.consents import ConsentEvent
from consultations.rules.referring import OPEN, AgencyKind, DeclineReason, ReferralState, ReferralStep
from councils.models import Council


class Agency(models.Model):
    """関係機関 of a council. One that is no longer asked stays, for what was sent to it."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(
        Council, on_delete=models.PROTECT, related_name="agencies", verbose_name="協議会"
    )
    kind = models.CharField("種類", max_length=12, choices=AgencyKind)
    name = models.CharField("名称", max_length=100)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    fax = models.CharField("FAX", max_length=20, blank=True)
    email = models.EmailField("メール", blank=True)
    is_active = models.BooleanField("いま紹介できる", default=True)

    class Meta:
        verbose_name = "関係機関"
        verbose_name_plural = "関係機関"
        ordering = ("kind", "name")
        constraints = (
            models.UniqueConstraint(
                fields=("council", "name"),
                name="agency_name_once",
                violation_error_message="この名称の関係機関は、もう登録されています。",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Referral(models.Model):
    """One referral to one agency. What was sent stays as it was (trigger in the database).

    Of the link and its code a fingerprint is kept. `reference` is drawn anew each time.
    """

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField("フォームの鍵", unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals", verbose_name="相談")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="referrals", verbose_name="関係機関"
    )
    consent = models.ForeignKey(ConsentEvent, on_delete=models.PROTECT, related_name="+", verbose_name="同意")
    reference = models.CharField("紹介番号", max_length=9, unique=True)
    pieces = models.JSONField("伝えたものの種類")
    packet = models.JSONField("伝えたもの")
    is_sure = models.BooleanField("要保護でも名前を伝えると確かめた", default=False)
    state = models.CharField("状態", max_length=10, choices=ReferralState, default=ReferralState.SENT)
    revision = models.PositiveIntegerField("改版", default=0)
    token_hash = models.CharField("リンクの指紋", max_length=64, unique=True)
    code_hash = models.CharField("確認の番号の指紋", max_length=64)
    tries = models.PositiveSmallIntegerField("まちがえた回数", default=0)
    sent_at = models.DateTimeField("紹介した日時")
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="紹介した人")
    expires_at = models.DateTimeField("いつまで")
    answered_at = models.DateTimeField("回答した日時", null=True, blank=True)
    reply = models.CharField("回答", max_length=400, blank=True)
    decline_reason = models.CharField("断りの理由", max_length=10, choices=DeclineReason, blank=True)

    class Meta:
        verbose_name = "関係機関への紹介"
        verbose_name_plural = "関係機関への紹介"
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("case", "agency"), condition=Q(state__in=list(OPEN)), name="referral_one_open"
            ),
        )
        indexes = (
            models.Index(fields=("case", "-id"), name="referral_of_case"),
            models.Index(fields=("state", "expires_at"), name="referral_to_expire"),
        )

    def __str__(self) -> str:
        return self.reference


class ReferralEvent(models.Model):
    """経過: who did what when; `user` is empty for the agency and for the clock. Only ever added (trigger in the database)."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="referral_events", verbose_name="相談"
    )
    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, related_name="events", verbose_name="紹介"
    )
    kind = models.CharField("種類", max_length=10, choices=ReferralStep)
    at = models.DateTimeField("日時")
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="した人"
    )

    class Meta:
        verbose_name = "紹介の経過"
        verbose_name_plural = "紹介の経過"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.referral} {self.get_kind_display()}"
