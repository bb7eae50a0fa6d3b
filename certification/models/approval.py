"""決裁の経路: the route of a municipality, the stamps on a proposal, and who is away and stood in for."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Department, Municipality, User
from certification.models.cases import Application, Proposal
from certification.rules import approval


class ApprovalRouteQuerySet(models.QuerySet["ApprovalRoute"]):
    def in_use(self) -> ApprovalRouteQuerySet:
        return self.filter(ended_at__isnull=True)


class ApprovalRoute(models.Model):
    """One version of a route. What changes makes a new version; a running proposal keeps the one it began with."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="approval_routes", verbose_name="自治体"
    )
    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField("版", default=1)
    kinds = models.JSONField("起案の内容", default=list, help_text="認定・不認定のどちらの起案に使うか。")
    procedures = models.JSONField("手続", default=list, blank=True, help_text="空なら、すべての手続です。")
    begun_at = models.DateTimeField("使い始めた日時")
    ended_at = models.DateTimeField("使い終えた日時", null=True, blank=True)

    objects = ApprovalRouteQuerySet.as_manager()

    class Meta:
        verbose_name = "決裁の経路"
        verbose_name_plural = "決裁の経路"
        ordering = ("municipality", "pk")
        constraints = (
            models.UniqueConstraint(fields=("public_id", "version"), name="approval_route_version_once"),
            models.UniqueConstraint(
                fields=("public_id",), condition=Q(ended_at__isnull=True), name="approval_route_one_in_use"
            ),
        )

    def __str__(self) -> str:
        return f"{self.municipality} 決裁の経路 第{self.version}版"

    def holds_for(self, *, kind: str, procedure: str) -> bool:
        """Whether a proposal of this kind, in this procedure, goes this way."""
        return kind in self.kinds and (not self.procedures or procedure in self.procedures)


class ApprovalStep(models.Model):
    """One step of a version of a route. Never changes; who holds the post does (`PostHolder`)."""

    route = models.ForeignKey(
        ApprovalRoute, on_delete=models.PROTECT, related_name="steps", verbose_name="経路"
    )
    order = models.PositiveSmallIntegerField("順番")
    kind = models.CharField("種類", max_length=8, choices=approval.StepKind)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name="課")
    title = models.CharField("職名", max_length=20, blank=True)
    allows_deputy = models.BooleanField("代決を認める", default=False)

    class Meta:
        verbose_name = "決裁の段"
        verbose_name_plural = "決裁の段"
        ordering = ("route", "order", "pk")
        constraints = (
            models.UniqueConstraint(fields=("route", "department", "title"), name="approval_step_post_once"),
            models.CheckConstraint(
                condition=~Q(kind="decide") | ~Q(title=""), name="approval_step_decides_by_post"
            ),
        )

    def __str__(self) -> str:
        return self.value.label

    @property
    def value(self) -> approval.Step:
        """As rules see it."""
        return approval.Step(
            pk=self.pk,
            order=self.order,
            kind=approval.StepKind(self.kind),
            department_id=self.department_id,
            department=self.department.name,
            title=self.title,
            allows_deputy=self.allows_deputy,
        )


class PostHolder(models.Model):
    """Who holds a post (課長, 部長) in a department. It counts while the person is a 決裁者 there."""

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="post_holders", verbose_name="課"
    )
    title = models.CharField("職名", max_length=20)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="就いている人")

    class Meta:
        verbose_name = "職に就いている人"
        verbose_name_plural = "職に就いている人"
        ordering = ("department", "title", "pk")
        constraints = (
            models.UniqueConstraint(fields=("department", "title", "user"), name="post_holder_once"),
        )

    def __str__(self) -> str:
        return f"{self.department} {self.title} {self.user}"


class StepArrival(models.Model):
    """That a proposal reached a step: it opens the case to the department; while it waits, lists show whose turn it is.

    Derived: written in the call that drafts, stamps or closes the proposal.
    """

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="step_arrivals", verbose_name="申請"
    )
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="+", verbose_name="起案")
    step = models.ForeignKey(ApprovalStep, on_delete=models.PROTECT, related_name="+", verbose_name="段")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name="課")
    title = models.CharField("職名", max_length=20, blank=True)
    is_waiting = models.BooleanField("番が来ている", default=True)

    class Meta:
        verbose_name = "段への到着"
        verbose_name_plural = "段への到着"
        constraints = (models.UniqueConstraint(fields=("proposal", "step"), name="step_arrival_once"),)
        indexes = (
            models.Index(fields=("application", "department"), name="step_arrival_opens"),
            models.Index(
                fields=("department", "application"),
                condition=Q(is_waiting=True),
                name="step_arrival_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} {self.step}"


class ProposalStamp(models.Model):
    """印: who approved which step of a proposal, on which content. Only ever added (trigger in the database)."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, related_name="stamps", verbose_name="起案"
    )
    step = models.ForeignKey(ApprovalStep, on_delete=models.PROTECT, related_name="+", verbose_name="段")
    kind = models.CharField("種類", max_length=8, choices=approval.StampKind)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="承認した人")
    on_behalf_of = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="代わった相手"
    )
    at = models.DateTimeField("日時")
    comment = models.TextField("意見", blank=True)
    signed_hash = models.CharField("承認した内容の指紋", max_length=64)

    class Meta:
        verbose_name = "決裁の印"
        verbose_name_plural = "決裁の印"
        ordering = ("proposal", "pk")
        constraints = (
            models.UniqueConstraint(fields=("proposal", "step"), name="proposal_stamp_step_once"),
            models.UniqueConstraint(fields=("proposal", "by"), name="proposal_stamp_person_once"),
            models.CheckConstraint(
                condition=Q(kind="deputy", on_behalf_of__isnull=False)
                | (~Q(kind="deputy") & Q(on_behalf_of__isnull=True)),
                name="proposal_stamp_deputy_paired",
            ),
            models.CheckConstraint(
                condition=Q(on_behalf_of__isnull=True) | ~Q(on_behalf_of=F("by")),
                name="proposal_stamp_deputy_is_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.proposal} {self.step}"

    @property
    def value(self) -> approval.Given:
        """As rules see it."""
        return approval.Given(step_id=self.step_id, by=self.by_id, signed_hash=self.signed_hash)


class StampConfirmation(models.Model):
    """後閲: the person who was stood in for has read what was decided in the own name. Only ever added."""

    stamp = models.OneToOneField(
        ProposalStamp, on_delete=models.PROTECT, related_name="confirmation", verbose_name="代決の印"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="後閲した人")
    at = models.DateTimeField("日時")
    comment = models.TextField("意見", blank=True)

    class Meta:
        verbose_name = "後閲"
        verbose_name_plural = "後閲"

    def __str__(self) -> str:
        return f"{self.stamp} 後閲"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def covering(self, day: dt.date) -> AbsenceQuerySet:
        """Those that hold on `day` (both ends included) and were not taken back."""
        return self.filter(from_on__lte=day, until__gte=day, ended_at__isnull=True)


class Absence(models.Model):
    """不在: from when until when somebody is away, and who stands in (代決)."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name="自治体"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="不在の人")
    deputy = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="代決する人")
    from_on = models.DateField("不在の初日")
    until = models.DateField("不在の末日")
    registered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="登録した人"
    )
    registered_at = models.DateTimeField("登録日時")
    ended_at = models.DateTimeField("取り消した日時", null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "不在"
        verbose_name_plural = "不在"
        ordering = ("-from_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(until__gte=F("from_on")), name="absence_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(deputy=F("user")), name="absence_deputy_is_another"),
        )
        indexes = (models.Index(fields=("deputy", "until"), name="absence_of_deputy"),)

    def __str__(self) -> str:
        return f"{self.user} {self.from_on}"
