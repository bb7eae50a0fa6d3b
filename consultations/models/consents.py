"""同意: to what the person agreed, what was taken back, and what was told without. Events, never a tick."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from consultations.models.cases import Case
from consultations.rules.words import ConsentKind, GivenBy, GivenHow, OverrideGround, Purpose, Verdict
from councils.models import Shop


class ConsentEvent(models.Model):
    """A consent that was given, the withdrawal of one, or an override: telling one agency without consent, on a ground
    of the law. Only ever added (trigger in the database).

    `scope` names the pieces of `rules.consents.Scope` that may leave. With `shop` it holds for that shop alone.
    """

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField("フォームの鍵", unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consents", verbose_name="相談")
    kind = models.CharField("種類", max_length=10, choices=ConsentKind)
    purpose = models.CharField("目的", max_length=10, choices=Purpose)
    withdraws = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="withdrawal",
        verbose_name="撤回する同意",
    )
    shop = models.ForeignKey(
        Shop, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="この店だけ"
    )
    recipients = models.CharField("渡す相手", max_length=200, blank=True)
    scope = models.JSONField("渡してよいもの", default=list)
    text_version = models.CharField("説明した文の版", max_length=20)
    given_how = models.CharField("しかた", max_length=8, choices=GivenHow, blank=True)
    given_by = models.CharField("だれが", max_length=6, choices=GivenBy, blank=True)
    ground = models.CharField("同意によらない根拠", max_length=6, choices=OverrideGround, blank=True)
    reason = models.CharField("同意によらない理由", max_length=400, blank=True)
    proxy = models.CharField("代理の人と根拠", max_length=120, blank=True)
    given_on = models.DateField("日付")
    until = models.DateField("いつまで", null=True, blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="記録した人"
    )
    recorded_at = models.DateTimeField("記録した日時")

    class Meta:
        verbose_name = "同意の記録"
        verbose_name_plural = "同意の記録"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind=ConsentKind.GIVEN, withdraws__isnull=True, until__isnull=False, ground="", reason=""
                )
                | Q(
                    kind=ConsentKind.WITHDRAWN,
                    withdraws__isnull=False,
                    until__isnull=True,
                    ground="",
                    reason="",
                )
                | (
                    Q(
                        kind=ConsentKind.OVERRIDE,
                        withdraws__isnull=True,
                        until__isnull=False,
                        purpose=Purpose.AGENCIES,
                        shop__isnull=True,
                    )
                    & ~Q(ground="")
                    & ~Q(reason="")
                ),
                name="consent_given_or_withdrawn",
            ),
        )
        indexes = (models.Index(fields=("case", "purpose"), name="consent_of_case"),)

    def __str__(self) -> str:
        return f"{self.case} {self.get_purpose_display()}"


class OverrideReview(models.Model):
    """Another supervisor went through an override. Only ever added (trigger in the database)."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="override_reviews", verbose_name="相談"
    )
    consent = models.OneToOneField(
        ConsentEvent, on_delete=models.PROTECT, related_name="review", verbose_name="同意によらない提供"
    )
    verdict = models.CharField("結果", max_length=8, choices=Verdict)
    note = models.CharField("気づいたこと", max_length=400, blank=True)
    reviewed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="確かめた人"
    )
    reviewed_at = models.DateTimeField("確かめた日時")

    class Meta:
        verbose_name = "同意によらない提供の確認"
        verbose_name_plural = "同意によらない提供の確認"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.case} {self.get_verdict_display()}"
