"""事前相談: who answers which topic and when, bookings of those times, and the record of what was said.

Nothing of an application depends on these rows (行政手続法7条): the way from a consultation to a case is a link that may be empty.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import Department, Municipality, User
from certification.models.cases import Application
from certification.models.plans import Operator
from certification.rules.plan import DwellingType
from certification.rules.preliminary import AskerKind, ConsultationStatus, Hours, Topic, Way


def joined_topics(codes: list[str] | tuple[str, ...]) -> str:
    """Codes as a row keeps them: each between commas (",hard,soft,"), so that both databases can look for one of them."""
    chosen = [topic.value for topic in Topic if topic.value in codes]
    return f",{','.join(chosen)}," if chosen else ""


def split_topics(text: str) -> tuple[str, ...]:
    """The codes that `joined_topics` wrote."""
    return tuple(code for code in text.split(",") if code)


class ContactPoint(models.Model):
    """相談の窓口: a department, the topics it answers, and the hours that can be booked there. Without topics it is none."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="contact_points", verbose_name="自治体"
    )
    department = models.OneToOneField(
        Department, on_delete=models.PROTECT, related_name="contact_point", verbose_name="課"
    )
    topics = models.CharField("答える内容", max_length=60, blank=True)
    place = models.CharField("場所", max_length=120, blank=True)
    bring = models.CharField("持ってきていただくもの", max_length=300, blank=True)
    closed_on = models.JSONField("休む日", default=list, blank=True)
    revision = models.PositiveIntegerField("更新回数", default=0)

    class Meta:
        verbose_name = "事前相談の窓口"
        verbose_name_plural = "事前相談の窓口"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.municipality} {self.department}"

    @property
    def topic_codes(self) -> tuple[str, ...]:
        return split_topics(self.topics)


class ContactHours(models.Model):
    """One span of a weekday in which a contact point takes bookings."""

    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.CASCADE, related_name="hours", verbose_name="窓口"
    )
    weekday = models.PositiveSmallIntegerField("曜日")
    starts_at = models.TimeField("始まり")
    ends_at = models.TimeField("終わり")
    minutes = models.PositiveSmallIntegerField("1回の時間(分)")
    places = models.PositiveSmallIntegerField("同じ時刻に受ける数")

    class Meta:
        verbose_name = "予約を受ける時間"
        verbose_name_plural = "予約を受ける時間"
        ordering = ("contact_point", "weekday", "starts_at")
        constraints = (
            models.UniqueConstraint(
                fields=("contact_point", "weekday", "starts_at"), name="contact_hours_once"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="contact_hours_span"),
            models.CheckConstraint(condition=Q(minutes__gte=1, places__gte=1), name="contact_hours_some"),
        )

    def __str__(self) -> str:
        return f"{'月火水木金土日'[self.weekday]} {self.starts_at:%H:%M}〜{self.ends_at:%H:%M}"

    @property
    def value(self) -> Hours:
        """As the rules take it."""
        return Hours(
            weekday=self.weekday,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            minutes=self.minutes,
            places=self.places,
        )


class ConsultationBooking(models.Model):
    """予約: one seat of one time at a contact point. No seat is given twice: the database refuses it."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, related_name="bookings", verbose_name="窓口"
    )
    day = models.DateField("日")
    starts_at = models.TimeField("始まり")
    ends_at = models.TimeField("終わり")
    seat = models.PositiveSmallIntegerField("席")
    topics = models.CharField("相談の内容", max_length=60, blank=True)
    asker_name = models.CharField("氏名", max_length=100, blank=True)
    asker_organisation = models.CharField("団体・会社", max_length=120, blank=True)
    asker_contact = models.CharField("連絡先", max_length=120, blank=True)
    note = models.CharField("聞きたいこと", max_length=500, blank=True)
    operator = models.ForeignKey(
        Operator, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="事業者"
    )
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="予約した人")
    booked_at = models.DateTimeField("予約した日時")
    cancelled_at = models.DateTimeField("取り消した日時", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="取り消した人"
    )

    class Meta:
        verbose_name = "事前相談の予約"
        verbose_name_plural = "事前相談の予約"
        ordering = ("day", "starts_at", "seat")
        constraints = (
            models.UniqueConstraint(
                fields=("contact_point", "day", "starts_at", "seat"),
                condition=Q(cancelled_at__isnull=True),
                name="booking_seat_once",
            ),
            models.CheckConstraint(condition=Q(seat__gte=1), name="booking_seat_from_one"),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="booking_cancelled_paired",
            ),
        )
        indexes = (models.Index(fields=("booked_by", "day"), name="booking_of_person"),)

    def __str__(self) -> str:
        return f"{self.day} {self.starts_at:%H:%M} 予約 {self.pk}"

    @property
    def topic_codes(self) -> tuple[str, ...]:
        return split_topics(self.topics)


class PreliminaryConsultation(models.Model):
    """事前相談の記録: who asked what about which property, what was answered, what comes next."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name="自治体"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name="相談を受けた課"
    )
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="担当")
    received_on = models.DateField("受けた日")
    received_at = models.TimeField("受けた時刻", null=True, blank=True)
    way = models.CharField("方法", max_length=8, choices=Way)
    topics = models.CharField("内容", max_length=60)
    asker_kind = models.CharField("相談した方の立場", max_length=10, choices=AskerKind, blank=True)
    asker_name = models.CharField("氏名", max_length=100, blank=True)
    asker_organisation = models.CharField("団体・会社", max_length=120, blank=True)
    asker_contact = models.CharField("連絡先", max_length=120, blank=True)
    housing_name = models.CharField("住宅の名称", max_length=200, blank=True)
    housing_address = models.CharField("所在地", max_length=300, blank=True)
    unit_count = models.PositiveSmallIntegerField("戸数", null=True, blank=True)
    construction_started = models.CharField("着工の年月", max_length=7, blank=True)
    dwelling_type = models.CharField("建て方", max_length=10, choices=DwellingType, blank=True)
    documents_brought = models.JSONField("持参した資料", default=list, blank=True)
    hard_points = models.TextField("ハードの論点", blank=True)
    soft_points = models.TextField("ソフトの論点", blank=True)
    answer = models.TextField("回答", blank=True)
    next_step = models.CharField("次にすること", max_length=300, blank=True)
    next_on = models.DateField("次にする日", null=True, blank=True)
    status = models.CharField(
        "状態", max_length=4, choices=ConsultationStatus, default=ConsultationStatus.OPEN
    )
    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="preliminary_consultations",
        verbose_name="後の申請",
    )
    booking = models.OneToOneField(
        ConsultationBooking,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consultation",
        verbose_name="予約",
    )
    revision = models.PositiveIntegerField("更新回数", default=0)
    changed_at = models.DateTimeField("更新日時")
    search_text = models.TextField("検索用", blank=True)

    class Meta:
        verbose_name = "事前相談"
        verbose_name_plural = "事前相談"
        ordering = ("-received_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(next_on__isnull=True) | ~Q(next_step=""), name="consultation_next_on_has_step"
            ),
            models.CheckConstraint(condition=~Q(topics=""), name="consultation_has_topics"),
        )
        indexes = (
            models.Index(fields=("municipality", "-received_on", "-id"), name="consultation_all"),
            models.Index(
                fields=("municipality", "next_on", "id"),
                condition=Q(status="open"),
                name="consultation_open_by_next",
            ),
        )

    def __str__(self) -> str:
        return f"事前相談 {self.pk}"

    @property
    def topic_codes(self) -> tuple[str, ...]:
        return split_topics(self.topics)
