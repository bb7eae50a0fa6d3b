"""The outbox: notices written in the transaction of the act, sent by the worker afterwards; and the worker's schedule."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models.people import Municipality, User


class Notice(models.Model):
    """A message to one person: seen in the in-app inbox, and sent by mail where an address is given.

    The text carries no name, address or other personal data of third parties: a title and a link behind the login.
    """

    class MailState(models.TextChoices):
        NONE = "none", "メールなし"
        WAITING = "waiting", "送信待ち"
        SENT = "sent", "送信済み"
        FAILED = "failed", "送信できませんでした"

    class Link(models.TextChoices):
        PAGE = "page", "開くページ"
        PASSWORD = "password", "パスワードの設定"
        INVITATION = "invite", "招待"
        SHOP = "shop", "店への問合せ"
        REFERRAL = "referral", "関係機関への紹介"

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField("重複防止キー", max_length=120, unique=True)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, verbose_name="自治体"
    )
    recipient = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="notices", null=True, blank=True, verbose_name="受取人"
    )
    address = models.EmailField(
        "宛先", blank=True, help_text="利用者でない方への招待だけに使います。利用者には受取人を入れます。"
    )
    subject = models.CharField("件名", max_length=120)
    body = models.TextField("本文")
    path = models.CharField("開くページ", max_length=200, blank=True)
    created_at = models.DateTimeField("作成日時")
    link = models.CharField(
        "メールに載せるリンク",
        max_length=8,
        choices=Link,
        default=Link.PAGE,
        help_text="パスワードの設定と招待のリンクは送るときに作り、どこにも残しません。",
    )
    read_at = models.DateTimeField("既読日時", null=True, blank=True)
    mail_state = models.CharField("メールの状態", max_length=8, choices=MailState, default=MailState.WAITING)
    send_after = models.DateTimeField("送信予定")
    attempts = models.PositiveSmallIntegerField("試行回数", default=0)
    leased_until = models.DateTimeField("処理中の期限", null=True, blank=True)
    last_error = models.CharField("最後のエラー", max_length=200, blank=True)
    sent_at = models.DateTimeField("送信日時", null=True, blank=True)

    class Meta:
        verbose_name = "お知らせ"
        verbose_name_plural = "お知らせ"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(mail_state="sent", sent_at__isnull=False)
                | (~Q(mail_state="sent") & Q(sent_at__isnull=True)),
                name="notice_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, address="")
                | (Q(recipient__isnull=True) & ~Q(address="")),
                name="notice_goes_to_one",
            ),
        )
        indexes = (
            models.Index(fields=("recipient", "-id"), name="notice_inbox"),
            models.Index(fields=("recipient",), condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=("send_after",), condition=Q(mail_state="waiting"), name="notice_to_send"),
            models.Index(
                fields=("municipality", "-id"), condition=Q(mail_state="failed"), name="notice_failed"
            ),
        )

    def __str__(self) -> str:
        return self.subject


class ScheduledJob(models.Model):
    """When a periodic job of the worker runs next. One row a job; the lease keeps two workers apart."""

    name = models.CharField("名前", max_length=60, unique=True)
    next_run_at = models.DateTimeField("次回")
    leased_until = models.DateTimeField("処理中の期限", null=True, blank=True)
    last_run_at = models.DateTimeField("前回", null=True, blank=True)
    last_result = models.CharField("前回の結果", max_length=200, blank=True)

    class Meta:
        verbose_name = "定期処理"
        verbose_name_plural = "定期処理"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
