"""届出・報告 about certified plans, as filed; reminders of reports; and what is made public when a plan ends."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Municipality, User
from certification.models.cases import Application
from certification.models.plans import Plan, PlanVersion
from certification.rules.notifications import ChaseWay, NoticeKind, NotificationKind, NotificationStatus


class Notification(models.Model):
    """One 届出 or 報告. It is written by `services.notifications` alone; what was filed stands in `NotificationFiling`.

    `effective_on` is the day it speaks of: of the change, of the abolition.
    """

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name="自治体"
    )
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="notifications", verbose_name="計画"
    )
    kind = models.CharField("種類", max_length=16, choices=NotificationKind)
    fiscal_year = models.PositiveSmallIntegerField("報告する年度", null=True, blank=True)
    status = models.CharField(
        "状態", max_length=10, choices=NotificationStatus, default=NotificationStatus.DRAFT
    )
    statement = models.JSONField("届け出ること", default=dict, blank=True)
    application = models.OneToOneField(
        Application,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notification",
        verbose_name="もとの変更の下書き",
    )
    version = models.ForeignKey(
        PlanVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="計画の版",
    )
    effective_on = models.DateField("変更・廃止の日", null=True, blank=True)
    revision = models.PositiveIntegerField("更新回数", default=0)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="書いた人"
    )
    created_at = models.DateTimeField("作成日時")
    is_on_paper = models.BooleanField("紙で届いた", default=False)
    filed_at = models.DateTimeField("届出日時", null=True, blank=True)
    filed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="届け出た人"
    )
    received_at = models.DateTimeField("受理日時", null=True, blank=True)
    received_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="受理した人"
    )
    receipt_number = models.CharField("受理番号", max_length=30, blank=True)
    return_reason = models.TextField("返戻の理由", blank=True)
    needs_certification = models.BooleanField("変更認定が要る", default=False)

    class Meta:
        verbose_name = "届出・報告"
        verbose_name_plural = "届出・報告"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="annual_report", fiscal_year__isnull=False)
                | (~Q(kind="annual_report") & Q(fiscal_year__isnull=True)),
                name="notification_report_has_year",
            ),
            models.UniqueConstraint(
                fields=("plan", "fiscal_year"),
                condition=Q(kind="annual_report"),
                name="notification_one_report_a_year",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by__isnull=True, receipt_number="")
                | (Q(received_at__isnull=False, received_by__isnull=False) & ~Q(receipt_number="")),
                name="notification_received_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(status="received") | Q(received_at__isnull=False),
                name="notification_received_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(filed_at__isnull=True, filed_by__isnull=True)
                | Q(filed_at__isnull=False, filed_by__isnull=False),
                name="notification_filed_paired",
            ),
        )
        indexes = (
            models.Index(
                fields=("municipality", "filed_at"),
                condition=Q(status="filed"),
                name="notification_waiting",
            ),
            models.Index(fields=("municipality", "kind", "fiscal_year"), name="notification_reports"),
        )

    def __str__(self) -> str:
        return self.receipt_number or f"{self.get_kind_display()} {self.pk}"


class NotificationFiling(models.Model):
    """What was filed, each time it was: the database refuses to alter it. `changes` as they were classified that day."""

    notification = models.ForeignKey(
        Notification, on_delete=models.PROTECT, related_name="filings", verbose_name="届出・報告"
    )
    number = models.PositiveSmallIntegerField("何回目か")
    statement = models.JSONField("届け出たこと", default=dict, blank=True)
    changes = models.JSONField("変わるところ", default=list, blank=True)
    version = models.ForeignKey(
        PlanVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="計画の版",
    )
    is_on_paper = models.BooleanField("紙で届いた", default=False)
    filed_at = models.DateTimeField("届出日時")
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="届け出た人")

    class Meta:
        verbose_name = "届け出た内容"
        verbose_name_plural = "届け出た内容"
        ordering = ("notification", "number")
        constraints = (
            models.UniqueConstraint(fields=("notification", "number"), name="notification_filing_once"),
        )

    def __str__(self) -> str:
        return f"{self.notification} {self.number}回目"


class ReportChase(models.Model):
    """催促: on which day and how an operator was reminded of a report. Only ever added."""

    notification = models.ForeignKey(
        Notification, on_delete=models.PROTECT, related_name="chases", verbose_name="定期報告"
    )
    on = models.DateField("催促した日")
    way = models.CharField("方法", max_length=8, choices=ChaseWay)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="催促した人")
    recorded_at = models.DateTimeField("記録日時")

    class Meta:
        verbose_name = "定期報告の催促"
        verbose_name_plural = "定期報告の催促"
        ordering = ("notification", "on", "pk")

    def __str__(self) -> str:
        return f"{self.on} {self.get_way_display()}"


class PublicNotice(models.Model):
    """公示: the end of a certified plan, as the authority makes it public. Only ever added.

    `parties` are the operator's 氏名・名称, 住所 and 代表者, as certified when the plan ended.
    """

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name="自治体"
    )
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="public_notices", verbose_name="計画"
    )
    kind = models.CharField("種類", max_length=10, choices=NoticeKind)
    certified_number = models.CharField("認定番号", max_length=40)
    parties = models.JSONField("事業者", default=list)
    ended_on = models.DateField("廃止・取消しの日")
    published_at = models.DateTimeField("公示日時")

    class Meta:
        verbose_name = "公示"
        verbose_name_plural = "公示"
        ordering = ("-ended_on", "-pk")
        constraints = (models.UniqueConstraint(fields=("plan",), name="public_notice_once"),)
        indexes = (models.Index(fields=("-ended_on", "-id"), name="public_notice_newest"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.certified_number}"
