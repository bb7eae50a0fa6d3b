"""Consultation desks (相談窓口) and when they are open."""

from __future__ import annotations

import uuid
from dataclasses import fields, replace
from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.models import Municipality
from councils.models.councils import Council
from councils.models.organisations import Category, Organisation
from councils.rules.schedule import Frequency, HolidayPolicy, Per, SessionRule, rule_from_json, rule_to_json
from councils.rules.words import Booking, Operator


class DeskQuerySet(models.QuerySet["Desk"]):
    def public(self) -> Self:
        """Those residents may see: published, of a published council."""
        return self.filter(published_at__isnull=False, council__published_at__isnull=False)


class Desk(models.Model):
    """A place where a resident can ask for help with a home."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(
        Council, on_delete=models.PROTECT, related_name="desks", verbose_name="協議会"
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="desks", verbose_name="自治体"
    )
    name = models.CharField("窓口の名称", max_length=100)
    kana = models.CharField("窓口の名称(カナ)", max_length=200, blank=True)
    summary = models.CharField("何をするところか", max_length=200, blank=True, help_text="一文で")
    operator_kind = models.CharField("運営", max_length=10, choices=Operator, blank=True)
    operator = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="desks",
        null=True,
        blank=True,
        verbose_name="委託先",
    )
    operator_text = models.CharField("運営(書かれたまま)", max_length=200, blank=True)
    venue = models.CharField("場所", max_length=120, blank=True, help_text="建物、階、窓口番号")
    postal_code = models.CharField("郵便番号", max_length=8, blank=True)
    address = models.CharField("所在地", max_length=200, blank=True)
    directions = models.CharField("行き方", max_length=200, blank=True)
    latitude = models.DecimalField("緯度", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("経度", max_digits=9, decimal_places=6, null=True, blank=True)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    extension = models.CharField("内線", max_length=10, blank=True)
    fax = models.CharField("FAX", max_length=20, blank=True)
    email = models.EmailField("メール", blank=True)
    other_contact = models.CharField("電話のほかの連絡方法", max_length=200, blank=True)
    website = models.URLField("ホームページ", blank=True)
    booking = models.CharField("予約", max_length=8, choices=Booking, blank=True)
    booking_how = models.CharField("予約のしかた", max_length=200, blank=True)
    categories = models.ManyToManyField(Category, related_name="desks", blank=True, verbose_name="対象の方")
    audience_note = models.CharField("対象の方(補足)", max_length=200, blank=True)
    languages = models.JSONField("ことば", default=list, blank=True)
    language_note = models.CharField("ことば(補足)", max_length=200, blank=True)
    features = models.JSONField(
        "バリアフリー",
        default=dict,
        blank=True,
        help_text="コードと、ある(true)・ない(false)。書かないものは未確認",
    )
    bring = models.CharField("持ち物", max_length=200, blank=True)
    fee = models.CharField("費用", max_length=60, blank=True)
    is_sample = models.BooleanField("見本", default=False)
    source = models.CharField("出典", max_length=200, blank=True)
    published_at = models.DateTimeField("公開日時", null=True, blank=True)
    confirmed_on = models.DateField("最終確認", null=True, blank=True)
    updated_at = models.DateTimeField("更新日時", auto_now=True)

    objects = DeskQuerySet.as_manager()

    class Meta:
        verbose_name = "相談窓口"
        verbose_name_plural = "相談窓口"
        ordering = ("council", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("council", "name"),
                name="desk_name_once_per_council",
                violation_error_message="同じ名前の窓口が、この協議会にもあります。",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="desk_point_has_both",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """One rule of a desk's opening, perhaps at a place of its own; `rule` is the plain value that computes with it."""

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="sessions", verbose_name="窓口")
    position = models.PositiveSmallIntegerField("並び順", default=0)
    frequency = models.CharField("ひらく日", max_length=12, choices=Frequency)
    weekdays = models.JSONField("曜日", default=list, blank=True, help_text="0(月)から6(日)")
    nth = models.JSONField("第何", default=list, blank=True, help_text="1から5、最終は-1")
    start = models.TimeField("はじまり", null=True, blank=True)
    end = models.TimeField("おわり", null=True, blank=True)
    slots = models.JSONField("枠", default=list, blank=True, help_text='[["10:00", "10:30"], …]')
    slot_minutes = models.PositiveSmallIntegerField("1組の時間(分)", null=True, blank=True)
    places = models.PositiveSmallIntegerField("1日の組数", null=True, blank=True)
    holiday_policy = models.CharField(
        "祝日", max_length=16, choices=HolidayPolicy, default=HolidayPolicy.UNSTATED
    )
    valid_from = models.DateField("いつから", null=True, blank=True)
    valid_until = models.DateField("いつまで", null=True, blank=True)
    extra = models.JSONField("追加の日", default=list, blank=True)
    skipped = models.JSONField("休む日", default=list, blank=True)
    count = models.PositiveSmallIntegerField("回数", null=True, blank=True)
    per = models.CharField("回数の単位", max_length=5, choices=Per, blank=True)
    venue = models.CharField("この日の場所", max_length=120, blank=True, help_text="窓口の場所と違うとき")
    address = models.CharField("この日の所在地", max_length=200, blank=True)
    raw = models.CharField("書かれたまま", max_length=400, blank=True)

    class Meta:
        verbose_name = "ひらく日時"
        verbose_name_plural = "ひらく日時"
        ordering = ("desk", "position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(count__isnull=True, per="") | (Q(count__gte=1) & ~Q(per="")),
                name="session_count_has_unit",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=models.F("valid_from")),
                name="session_validity_in_order",
            ),
        )

    def __str__(self) -> str:
        return self.raw or self.get_frequency_display()

    @property
    def rule(self) -> SessionRule:
        """The plain rule, for everything that computes or prints dates; `session_columns` is the way back."""
        columns = {name: getattr(self, name) for name in RULE_COLUMNS}
        return replace(
            rule_from_json({**columns, "start": None, "end": None, "valid_from": None, "valid_until": None}),
            start=self.start,
            end=self.end,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )


#: The columns of `Session` that are its rule, under the names of `SessionRule`.
RULE_COLUMNS = tuple(each.name for each in fields(SessionRule))


def session_columns(rule: SessionRule) -> dict[str, Any]:
    """The columns of a `Session` that says this rule: `Session(desk=desk, **session_columns(rule))`."""
    dates = {name: getattr(rule, name) for name in ("start", "end", "valid_from", "valid_until")}
    return {**rule_to_json(rule), **dates}
