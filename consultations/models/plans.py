"""支援プラン and 入居後の確認: what is agreed with the person, who does what, and how it goes afterwards."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from consultations.models.cases import Case
from consultations.models.work import CaseTask
from consultations.rules.plans import HowItGoes, Phase


class SupportPlan(models.Model):
    """One version of the plan of a phase. Only ever added (trigger in the database): a review is the next version."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField("フォームの鍵", unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans", verbose_name="相談")
    phase = models.CharField("段階", max_length=8, choices=Phase)
    version = models.PositiveSmallIntegerField("版")
    situation = models.TextField("見立て", blank=True)
    wish = models.TextField("本人の希望", blank=True)
    goal = models.TextField("目標")
    review_on = models.DateField("見直す日")
    review_task = models.ForeignKey(
        CaseTask, on_delete=models.PROTECT, related_name="+", verbose_name="見直しの用件"
    )
    explained_on = models.DateField("本人に説明した日", null=True, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="書いた人")
    written_at = models.DateTimeField("書いた日時")

    class Meta:
        verbose_name = "支援プラン"
        verbose_name_plural = "支援プラン"
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("case", "phase", "version"), name="support_plan_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.case} {self.get_phase_display()} 第{self.version}版"


class PlanStep(models.Model):
    """だれが・何を・いつまでに, of one version. Only ever added (trigger in the database)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plan_steps", verbose_name="相談")
    plan = models.ForeignKey(
        SupportPlan, on_delete=models.PROTECT, related_name="steps", verbose_name="支援プラン"
    )
    position = models.PositiveSmallIntegerField("順")
    who = models.CharField("だれが", max_length=60)
    what = models.CharField("何を", max_length=200)
    until = models.DateField("いつまでに", null=True, blank=True)

    class Meta:
        verbose_name = "支援プランのすること"
        verbose_name_plural = "支援プランのすること"
        ordering = ("plan", "position")
        constraints = (models.UniqueConstraint(fields=("plan", "position"), name="plan_step_once"),)

    def __str__(self) -> str:
        return self.what


class FollowUp(models.Model):
    """入居後の確認: on which day somebody asks how it goes, and what was heard. A re-opened case stops what is open."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="follow_ups", verbose_name="相談")
    months = models.PositiveSmallIntegerField("何か月後")
    due_on = models.DateField("確認する日")
    happened_on = models.DateField("確認した日", null=True, blank=True)
    result = models.CharField("ようす", max_length=10, choices=HowItGoes, blank=True)
    text = models.TextField("聞いたこと", blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="記録した人"
    )
    recorded_at = models.DateTimeField("記録した日時", null=True, blank=True)
    stopped_at = models.DateTimeField("やめた日時", null=True, blank=True)

    class Meta:
        verbose_name = "入居後の確認"
        verbose_name_plural = "入居後の確認"
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(recorded_at__isnull=True, happened_on__isnull=True, result="")
                | (Q(recorded_at__isnull=False, happened_on__isnull=False) & ~Q(result="")),
                name="follow_up_facts_together",
            ),
        )
        indexes = (models.Index(fields=("case", "due_on"), name="follow_up_of_case"),)

    def __str__(self) -> str:
        return f"{self.case} {self.label}"

    @property
    def label(self) -> str:
        """3か月後; a watch that was put down later has no number of months."""
        return f"{self.months}か月後" if self.months else "見守り"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.recorded_at is None and self.stopped_at is None
