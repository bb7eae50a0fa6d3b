"""Bookings at a desk: which desks take them here, and who comes when. As little of the person as can be."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from consultations.models.cases import Case
from consultations.rules.words import BookingState, ContactWay, Interpreter
from councils.models import Desk


class OpenDesk(models.Model):
    """A desk that takes bookings on this site."""

    desk = models.OneToOneField(Desk, on_delete=models.CASCADE, related_name="open_desk", verbose_name="窓口")
    since = models.DateField("受け始める日")

    class Meta:
        verbose_name = "予約を受ける窓口"
        verbose_name_plural = "予約を受ける窓口"
        ordering = ("desk",)

    def __str__(self) -> str:
        return str(self.desk)


class DeskBooking(models.Model):
    """予約. Of a resident by link, or of the desk for a caller (`booked_by`)."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField("フォームの鍵", unique=True)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="bookings", verbose_name="窓口")
    state = models.CharField("状態", max_length=10, choices=BookingState, default=BookingState.BOOKED)
    day = models.DateField("日")
    start = models.TimeField("時刻", null=True, blank=True)
    end = models.TimeField("終わり", null=True, blank=True)
    call_name = models.CharField("呼び名", max_length=60)
    way = models.CharField("連絡", max_length=5, choices=ContactWay)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    email = models.EmailField("メール", blank=True)
    interpreter = models.CharField("通訳", max_length=8, choices=Interpreter, blank=True)
    wish = models.CharField("聞きたいこと", max_length=200, blank=True)
    token_hash = models.CharField("リンクの指紋", max_length=64, blank=True, db_index=True)
    booked_at = models.DateTimeField("予約した日時")
    booked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="予約を受けた人"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name="相談"
    )

    class Meta:
        verbose_name = "相談の予約"
        verbose_name_plural = "相談の予約"
        ordering = ("day", "start", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("token_hash",), condition=~Q(token_hash=""), name="desk_booking_token_once"
            ),
        )
        indexes = (models.Index(fields=("desk", "day", "start"), name="desk_booking_of_day"),)

    def __str__(self) -> str:
        return f"{self.desk} {self.day}"
