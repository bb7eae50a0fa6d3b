"""What an office adds to the criteria: rents it found nearby, the numbers a decision went by, what is to follow."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from certification.models.cases import Application
from certification.models.plans import Plan


class RentComparable(models.Model):
    """近傍同種の住宅: a home nearby as an officer found it (法41条5号, 共管省令13条). The address only in outline."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="rent_comparables", verbose_name="申請"
    )
    address = models.CharField("おおよその所在地", max_length=100)
    area_m2 = models.DecimalField("面積(㎡)", max_digits=7, decimal_places=2)
    built_year = models.PositiveSmallIntegerField("建築年(西暦)", null=True, blank=True)
    monthly_rent_yen = models.PositiveIntegerField("家賃(円/月)")
    source = models.CharField("調べた先", max_length=120)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="入れた人")
    entered_at = models.DateTimeField("入れた日時")

    class Meta:
        verbose_name = "近傍同種の家賃"
        verbose_name_plural = "近傍同種の家賃"
        ordering = ("application", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(area_m2__gt=0, monthly_rent_yen__gt=0), name="rent_comparable_above_zero"
            ),
        )

    def __str__(self) -> str:
        return f"{self.address} {self.area_m2}㎡ {self.monthly_rent_yen}円"


class DecidedThresholds(models.Model):
    """The numbers in force on the day a case was decided, kept with it. A trigger refuses any later change."""

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="decided_thresholds", verbose_name="申請"
    )
    day = models.DateField("決定した日")
    values = models.JSONField("基準の数値")

    class Meta:
        verbose_name = "決定に用いた基準の数値"
        verbose_name_plural = "決定に用いた基準の数値"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.application} {self.day}"


class Revocation(models.Model):
    """認定の取消し: the day from which the two years of 法42条3号 run. Only ever added."""

    plan = models.OneToOneField(
        Plan, on_delete=models.PROTECT, related_name="revocation", verbose_name="計画"
    )
    revoked_on = models.DateField("取り消した日")
    basis = models.CharField("根拠", max_length=60, blank=True)

    class Meta:
        verbose_name = "認定の取消し"
        verbose_name_plural = "認定の取消し"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.plan} {self.revoked_on}"


class FollowUpKind(models.TextChoices):
    """What has to be seen to after a certification."""

    SEISMIC_WORKS = "seismic_works", "耐震改修の完了確認"


class FollowUp(models.Model):
    """認定後の確認: something promised in a certified plan, with the day by which it has to be seen to."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="follow_ups", verbose_name="計画")
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="follow_ups", verbose_name="認定した申請"
    )
    kind = models.CharField("確認すること", max_length=20, choices=FollowUpKind)
    subject = models.CharField("対象", max_length=200)
    due_on = models.DateField("期限")
    is_guessed = models.BooleanField("期限は仮", default=False)
    done_on = models.DateField("確認した日", null=True, blank=True)
    done_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="確認した人"
    )
    note = models.TextField("確認の結果", blank=True)
    revision = models.PositiveIntegerField("更新回数", default=0)

    class Meta:
        verbose_name = "認定後の確認"
        verbose_name_plural = "認定後の確認"
        ordering = ("due_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("application", "kind", "subject"), name="follow_up_once_per_certification"
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True, done_by__isnull=True)
                | Q(done_on__isnull=False, done_by__isnull=False),
                name="follow_up_done_paired",
            ),
        )
        indexes = (
            models.Index(fields=("due_on",), condition=Q(done_on__isnull=True), name="follow_up_open"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}"
