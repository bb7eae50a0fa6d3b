"""物件の問合せ: what a shop was asked and shown, what it answered, and each step of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from consultations.models.cases import Case
from consultations.rules.asking import OPEN, STAGES, InquiryEvent, InquiryState, NoReason
from councils.models import Shop


class ShopInquiry(models.Model):
    """One question to one shop. The card and the reference stay as they were sent (trigger in the database).

    Of the link and its code a fingerprint is kept; `reference` is drawn anew each time, so that two questions about one
    household cannot be laid side by side.
    """

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField("フォームの鍵")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="inquiries", verbose_name="相談")
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="inquiries", verbose_name="店")
    reference = models.CharField("照会番号", max_length=9, unique=True)
    card = models.JSONField("条件カード")
    is_rare = models.BooleanField("似た条件が少ないと確かめて送った", default=False)
    state = models.CharField("状態", max_length=12, choices=InquiryState, default=InquiryState.SENT)
    revision = models.PositiveIntegerField("改版", default=0)
    token_hash = models.CharField("リンクの指紋", max_length=64, unique=True)
    code_hash = models.CharField("確認の番号の指紋", max_length=64)
    is_named_protected = models.BooleanField("要保護でも名前を伝えると確かめた", default=False)
    tries = models.PositiveSmallIntegerField("まちがえた回数", default=0)
    sent_at = models.DateTimeField("問い合わせた日時")
    sent_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="問い合わせた人"
    )
    expires_at = models.DateTimeField("いつまで")
    answered_at = models.DateTimeField("回答した日時", null=True, blank=True)
    offer = models.CharField("おおよその案内", max_length=200, blank=True)
    rent_offered_yen = models.PositiveIntegerField("案内できる家賃(円)", null=True, blank=True)
    no_reason = models.CharField("該当なしの理由", max_length=12, choices=NoReason, blank=True)

    class Meta:
        verbose_name = "物件の問合せ"
        verbose_name_plural = "物件の問合せ"
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("key", "shop"), name="shop_inquiry_once_a_form"),
            models.UniqueConstraint(
                fields=("case", "shop"), condition=Q(state__in=list(OPEN)), name="shop_inquiry_one_open"
            ),
        )
        indexes = (
            models.Index(fields=("case", "-id"), name="shop_inquiry_of_case"),
            models.Index(fields=("shop", "state"), name="shop_inquiry_of_shop"),
            models.Index(fields=("state", "expires_at"), name="shop_inquiry_to_expire"),
        )

    def __str__(self) -> str:
        return self.reference


class ShopInquiryEvent(models.Model):
    """経過: who did what when; `user` is empty for the shop and for the clock. Only ever added (trigger in the database)."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="inquiry_events", verbose_name="相談"
    )
    inquiry = models.ForeignKey(
        ShopInquiry, on_delete=models.PROTECT, related_name="events", verbose_name="問合せ"
    )
    kind = models.CharField("種類", max_length=12, choices=InquiryEvent)
    at = models.DateTimeField("日時")
    happened_on = models.DateField("した日", null=True, blank=True, help_text="内見、申込、審査の日。")
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="した人"
    )

    class Meta:
        verbose_name = "問合せの経過"
        verbose_name_plural = "問合せの経過"
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=list(STAGES), happened_on__isnull=False)
                | (~Q(kind__in=list(STAGES)) & Q(happened_on__isnull=True)),
                name="shop_inquiry_stage_has_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.inquiry} {self.get_kind_display()}"
