"""Who else stands behind a plan: joint applicants and their consent, and the invitations that bring people in."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Municipality, Notice, User
from certification.models.plans import Operator, Plan
from certification.rules.operators import OperatorRole


class PlanPartner(models.Model):
    """共同申請者: a second operator that applies jointly (法40条4項).

    Named by the filing operator; it joins by accepting the invitation. A row that ended stays as history.
    """

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="partners", verbose_name="計画")
    name = models.CharField("招いたときの名称", max_length=120)
    operator = models.ForeignKey(
        Operator,
        on_delete=models.PROTECT,
        related_name="partnerships",
        null=True,
        blank=True,
        verbose_name="共同で申請する事業者",
    )
    may_write = models.BooleanField("援助の部分を書ける", default=False)
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="招いた人")
    named_at = models.DateTimeField("招いた日時")
    joined_at = models.DateTimeField("加わった日時", null=True, blank=True)
    ended_at = models.DateTimeField("外れた日時", null=True, blank=True)

    class Meta:
        verbose_name = "共同申請者"
        verbose_name_plural = "共同申請者"
        ordering = ("plan", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("plan",), condition=Q(ended_at__isnull=True), name="plan_one_partner"
            ),
            models.CheckConstraint(
                condition=Q(operator__isnull=True, joined_at__isnull=True)
                | Q(operator__isnull=False, joined_at__isnull=False),
                name="partner_joined_paired",
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The operator's own name once it has joined, before that what the filing operator typed."""
        return self.operator.name if self.operator else self.name


class PartnerConfirmation(models.Model):
    """同意: a joint applicant agreed to exactly this content. It holds while the content is the same; never changed."""

    partner = models.ForeignKey(
        PlanPartner, on_delete=models.PROTECT, related_name="confirmations", verbose_name="共同申請者"
    )
    content_hash = models.CharField("内容の指紋", max_length=64)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="同意した人"
    )
    confirmed_at = models.DateTimeField("同意した日時")

    class Meta:
        verbose_name = "共同申請者の同意"
        verbose_name_plural = "共同申請者の同意"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("partner", "content_hash"), name="partner_confirms_once"),
        )

    def __str__(self) -> str:
        return f"{self.partner} {self.confirmed_at:%Y-%m-%d}"


class OperatorInvitation(models.Model):
    """招待: brings a person to an operator, a new operator here, or a joint applicant to a plan. Used once."""

    class Kind(models.TextChoices):
        MEMBER = "member", "事業者の担当者として"
        OPERATOR = "operator", "新しい事業者として"
        PARTNER = "partner", "共同申請者として"

    class Status(models.TextChoices):
        OPEN = "open", "返事を待っています"
        ACCEPTED = "accepted", "手続が済みました"
        WITHDRAWN = "withdrawn", "取り消しました"
        EXPIRED = "expired", "期限が切れました"

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("招待の種類", max_length=8, choices=Kind)
    email = models.EmailField("宛先")
    operator_name = models.CharField("事業者の名称", max_length=120)
    operator = models.ForeignKey(
        Operator,
        on_delete=models.PROTECT,
        related_name="invitations",
        null=True,
        blank=True,
        verbose_name="事業者",
    )
    role = models.CharField("役割", max_length=8, choices=OperatorRole, default=OperatorRole.MANAGER)
    partner = models.ForeignKey(
        PlanPartner,
        on_delete=models.PROTECT,
        related_name="invitations",
        null=True,
        blank=True,
        verbose_name="共同申請者",
    )
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        related_name="operator_invitations",
        null=True,
        blank=True,
        verbose_name="招いた自治体",
    )
    notice = models.OneToOneField(
        Notice,
        on_delete=models.PROTECT,
        related_name="operator_invitation",
        null=True,
        blank=True,
        verbose_name="送ったお知らせ",
    )
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="招いた人")
    invited_at = models.DateTimeField("招いた日時")
    expires_at = models.DateTimeField("期限")
    accepted_at = models.DateTimeField("手続をした日時", null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="手続をした人"
    )
    withdrawn_at = models.DateTimeField("取り消した日時", null=True, blank=True)

    class Meta:
        verbose_name = "招待"
        verbose_name_plural = "招待"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at__isnull=True),
                name="operator_invitation_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="member", operator__isnull=False, partner__isnull=True)
                | Q(kind="operator", partner__isnull=True, municipality__isnull=False)
                | Q(kind="partner", partner__isnull=False),
                name="operator_invitation_fits_kind",
            ),
        )
        indexes = (models.Index(fields=("municipality", "-id"), name="operator_invited_by_city"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.operator_name}"

    def status(self, now: dt.datetime) -> OperatorInvitation.Status:
        """What has become of it."""
        if self.accepted_at is not None:
            return self.Status.ACCEPTED
        if self.withdrawn_at is not None:
            return self.Status.WITHDRAWN
        return self.Status.EXPIRED if self.expires_at <= now else self.Status.OPEN


class InvitationLink(models.Model):
    """A link that was mailed: only its hash. Each attempt to send makes its own, so that no mail that arrives is dead."""

    invitation = models.ForeignKey(
        OperatorInvitation, on_delete=models.CASCADE, related_name="links", verbose_name="招待"
    )
    token_hash = models.CharField("合い言葉の指紋", max_length=64, unique=True)
    made_at = models.DateTimeField("作成日時", auto_now_add=True)

    class Meta:
        verbose_name = "招待のリンク"
        verbose_name_plural = "招待のリンク"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.invitation_id}"
