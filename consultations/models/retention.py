"""保存期間: how long a council keeps its cases, what holds one back, and who disposed of which."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from consultations.models.cases import Case
from consultations.rules.counting import Told
from consultations.rules.retention import FEWEST_YEARS, MOST_YEARS, USUAL_YEARS
from consultations.rules.words import Method
from councils.models import Council, Desk


class Retention(models.Model):
    """A council's 保存期間. Without a row the usual years hold."""

    council = models.OneToOneField(Council, on_delete=models.PROTECT, related_name="+", verbose_name="協議会")
    years = models.PositiveSmallIntegerField("終結の翌年度から数える年数", default=USUAL_YEARS)
    revision = models.PositiveIntegerField("改版", default=0)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="決めた人")
    set_at = models.DateTimeField("決めた日時")

    class Meta:
        verbose_name = "相談の保存期間"
        verbose_name_plural = "相談の保存期間"
        constraints = (
            models.CheckConstraint(
                condition=Q(years__gte=FEWEST_YEARS, years__lte=MOST_YEARS), name="retention_years_sensible"
            ),
        )

    def __str__(self) -> str:
        return f"{self.council} {self.years}年"


class LegalHold(models.Model):
    """廃棄を止める: a case that is kept although its time has come, and why. It goes with the case."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds", verbose_name="相談")
    reason = models.CharField("理由", max_length=200)
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="止めた人")
    placed_at = models.DateTimeField("止めた日時")
    lifted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="解いた人"
    )
    lifted_at = models.DateTimeField("解いた日時", null=True, blank=True)

    class Meta:
        verbose_name = "廃棄の停止"
        verbose_name_plural = "廃棄の停止"
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("case",), condition=Q(lifted_at__isnull=True), name="legal_hold_once"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="legal_hold_lifting_facts_together",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case} {self.placed_at:%Y-%m-%d}"


class Disposal(models.Model):
    """廃棄の案: who put the list forward and who approved it. Fixed once approved (trigger in the database)."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+", verbose_name="窓口")
    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="案を出した人"
    )
    proposed_at = models.DateTimeField("案を出した日時")
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="取り下げた人"
    )
    withdrawn_at = models.DateTimeField("取り下げた日時", null=True, blank=True)
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承認した人"
    )
    approved_at = models.DateTimeField("承認した日時", null=True, blank=True)

    class Meta:
        verbose_name = "廃棄の案"
        verbose_name_plural = "廃棄の案"
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("desk",),
                condition=Q(withdrawn_at__isnull=True, approved_at__isnull=True),
                name="disposal_one_waiting_per_desk",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(approved_at__isnull=True),
                name="disposal_withdrawn_or_approved",
            ),
        )

    def __str__(self) -> str:
        return f"{self.desk} {self.proposed_at:%Y-%m-%d}"


class DisposalLine(models.Model):
    """A case on the list, and what became of it: disposed of, or left with why. Fixed once done (trigger)."""

    disposal = models.ForeignKey(
        Disposal, on_delete=models.PROTECT, related_name="lines", verbose_name="廃棄の案"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="disposal_lines", verbose_name="相談"
    )
    done_at = models.DateTimeField("済んだ日時", null=True, blank=True)
    left_because = models.CharField("廃棄しなかったわけ", max_length=60, blank=True)

    class Meta:
        verbose_name = "廃棄の案の相談"
        verbose_name_plural = "廃棄の案の相談"
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("disposal", "case"), name="disposal_line_once"),)

    def __str__(self) -> str:
        return f"{self.case}"


class InquiryCount(models.Model):
    """What was told of a case in a month with one answer, by shops, by agencies and after moving in, of a case that was
    disposed of.

    Only ever added (trigger in the database).
    """

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="inquiry_counts", verbose_name="相談"
    )
    month = models.DateField("月(1日)")
    told = models.CharField("何を", max_length=8, choices=Told, default=Told.ASKED)
    answer = models.CharField("回答", max_length=12, blank=True)
    number = models.PositiveIntegerField("件数")

    class Meta:
        verbose_name = "店や機関とのやりとりの数"
        verbose_name_plural = "店や機関とのやりとりの数"
        ordering = ("month",)
        constraints = (
            models.UniqueConstraint(fields=("case", "month", "told", "answer"), name="inquiry_count_once"),
        )

    def __str__(self) -> str:
        return f"{self.case} {self.month:%Y-%m} {self.number}"


class ContactCount(models.Model):
    """How many contacts a disposed case had in a month by a method, so that it still counts. Only ever added (trigger)."""

    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="contact_counts", verbose_name="相談"
    )
    month = models.DateField("月(初日)")
    method = models.CharField("方法", max_length=8, choices=Method)
    number = models.PositiveIntegerField("回数")

    class Meta:
        verbose_name = "対応の回数"
        verbose_name_plural = "対応の回数"
        ordering = ("month", "pk")
        constraints = (
            models.UniqueConstraint(fields=("case", "month", "method"), name="contact_count_once"),
        )

    def __str__(self) -> str:
        return f"{self.case} {self.month:%Y-%m}"
