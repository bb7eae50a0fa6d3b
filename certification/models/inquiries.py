"""照会: questions to the police, the fire station, the building authority and others, and what they answered.

What was asked never changes once it was sent, what was answered never once it was kept: the database refuses it
(migration 0011).
"""

from __future__ import annotations

import uuid
from typing import Final

from django.db import models
from django.db.models import Q

from accounts.models import User
from certification.models.cases import Application, Letter
from certification.rules.inquiries import (
    Delivery,
    Finding,
    InquiryKind,
    InquiryStatus,
    Known,
    Meaning,
    Remedy,
    Sex,
    finding_label,
    meaning,
)

SENT: Final = (InquiryStatus.OPEN, InquiryStatus.ANSWERED)


class Inquiry(models.Model):
    """One 照会. `restricted` ones are read by named people and the decider alone; those to the police always are.

    `orders` are codes of `rules.inquiries.ORDERS`, `answers` say for each of them what the answer was. `revision` guards
    against two people writing at once.
    """

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="inquiries", verbose_name="申請"
    )
    kind = models.CharField("照会先の種類", max_length=10, choices=InquiryKind)
    restricted = models.BooleanField("閲覧制限", default=False)
    status = models.CharField("照会の状態", max_length=10, choices=InquiryStatus, default=InquiryStatus.DRAFT)
    addressee = models.CharField("照会先", max_length=100, blank=True)
    question = models.TextField("照会する事項", blank=True)
    ground = models.TextField("疑いの根拠", blank=True)
    orders = models.JSONField("照会する命令", default=list, blank=True)
    drafted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="作成した人"
    )
    drafted_at = models.DateTimeField("作成日時")
    due_on = models.DateField("回答の期限", null=True, blank=True)
    sent_on = models.DateField("照会日", null=True, blank=True)
    sent_how = models.CharField("送り方", max_length=10, choices=Delivery, blank=True)
    sent_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="照会した人"
    )
    letter = models.OneToOneField(
        Letter,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="inquiry",
        verbose_name="照会書",
    )
    answered_on = models.DateField("回答日", null=True, blank=True)
    answerer = models.CharField("回答者", max_length=100, blank=True)
    finding = models.CharField("回答の結果", max_length=10, choices=Finding, blank=True)
    answers = models.JSONField("命令ごとの回答", default=dict, blank=True)
    answer_text = models.TextField("回答の内容", blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="記録した人"
    )
    recorded_at = models.DateTimeField("記録日時", null=True, blank=True)
    remedy = models.CharField("是正の見込み", max_length=8, choices=Remedy, blank=True)
    remedy_on = models.DateField("是正の時期", null=True, blank=True)
    remedy_note = models.TextField("是正の見込みの内容", blank=True)
    remedied_on = models.DateField("是正を確かめた日", null=True, blank=True)
    withdrawn_at = models.DateTimeField("取下げ日時", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="取り下げた人"
    )
    withdraw_reason = models.TextField("取下げの理由", blank=True)
    revision = models.PositiveIntegerField("更新回数", default=0)

    class Meta:
        verbose_name = "照会"
        verbose_name_plural = "照会"
        ordering = ("application", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(kind="police") | Q(restricted=True), name="inquiry_police_restricted"
            ),
            models.CheckConstraint(
                condition=Q(sent_on__isnull=True, sent_by__isnull=True, letter__isnull=True, sent_how="")
                | (Q(sent_on__isnull=False, sent_by__isnull=False, letter__isnull=False) & ~Q(sent_how="")),
                name="inquiry_sent_with_letter",
            ),
            models.CheckConstraint(
                condition=~Q(status="draft") | Q(sent_on__isnull=True), name="inquiry_draft_not_sent"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=SENT) | Q(sent_on__isnull=False), name="inquiry_open_is_sent"
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="answered", answered_on__isnull=False, recorded_at__isnull=False)
                    & ~Q(finding="")
                )
                | (~Q(status="answered") & Q(answered_on__isnull=True, recorded_at__isnull=True, finding="")),
                name="inquiry_answered_says_what",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="withdrawn", withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdraw_reason="")
                )
                | (~Q(status="withdrawn") & Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)),
                name="inquiry_withdrawn_says_why",
            ),
        )
        indexes = (
            models.Index(
                fields=("due_on", "application"), condition=Q(status="open"), name="inquiry_open_by_due"
            ),
        )

    def __str__(self) -> str:
        return f"照会 {self.pk}"

    @property
    def known(self) -> Known:
        """What the rules look at."""
        return Known(
            kind=self.kind,
            status=self.status,
            restricted=self.restricted,
            finding=self.finding,
            remedy=self.remedy,
            remedy_on=self.remedy_on,
            remedy_note=self.remedy_note,
            remedied_on=self.remedied_on,
        )

    @property
    def meaning(self) -> Meaning:
        """What it means for what may be decided."""
        return meaning(self.known)

    @property
    def finding_label(self) -> str:
        return finding_label(self.kind, self.finding)


class InquiryReader(models.Model):
    """Somebody named on a restricted inquiry: beside the decider, only these people read it."""

    inquiry = models.ForeignKey(
        Inquiry, on_delete=models.CASCADE, related_name="readers", verbose_name="照会"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="閲覧できる人")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="加えた人")
    added_at = models.DateTimeField("加えた日時")

    class Meta:
        verbose_name = "照会を閲覧できる人"
        verbose_name_plural = "照会を閲覧できる人"
        constraints = (models.UniqueConstraint(fields=("inquiry", "user"), name="inquiry_reader_once"),)

    def __str__(self) -> str:
        return f"{self.inquiry} 閲覧者 {self.pk}"


class InquirySubject(models.Model):
    """照会の対象者, for the police alone. Shown on the inquiry and in its letter, nowhere else."""

    inquiry = models.ForeignKey(
        Inquiry, on_delete=models.CASCADE, related_name="subjects", verbose_name="照会"
    )
    position = models.PositiveSmallIntegerField("順")
    name = models.CharField("氏名", max_length=100)
    kana = models.CharField("フリガナ", max_length=100, blank=True)
    birth_date = models.DateField("生年月日", null=True, blank=True)
    sex = models.CharField("性別", max_length=6, choices=Sex, blank=True)
    address = models.CharField("住所", max_length=300, blank=True)
    role = models.CharField("役職・立場", max_length=100, blank=True)

    class Meta:
        verbose_name = "照会の対象者"
        verbose_name_plural = "照会の対象者"
        ordering = ("inquiry", "position")

    def __str__(self) -> str:
        return f"{self.inquiry} 対象者 {self.position}"


class InquiryLink(models.Model):
    """A link by which the addressee answers without an account. Token and code are kept as digests only."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="links", verbose_name="照会")
    token_hash = models.CharField("リンクの指紋", max_length=64, unique=True)
    code_hash = models.CharField("確認の番号の指紋", max_length=64)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="作った人")
    created_at = models.DateTimeField("作成日時")
    expires_at = models.DateTimeField("使える期限")
    tries = models.PositiveSmallIntegerField("番号をまちがえた回数", default=0)
    used_at = models.DateTimeField("回答日時", null=True, blank=True)
    revoked_at = models.DateTimeField("止めた日時", null=True, blank=True)

    class Meta:
        verbose_name = "照会に答えるリンク"
        verbose_name_plural = "照会に答えるリンク"
        ordering = ("inquiry", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("inquiry",),
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="inquiry_link_one_alive",
            ),
        )

    def __str__(self) -> str:
        return f"{self.inquiry} リンク {self.pk}"
