"""Councils (居住支援協議会), who sits on them, and what they say of themselves."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Municipality
from councils.models.organisations import Organisation
from councils.rules.words import Basis, ConsultationStatus, Precision, SeatCategory, SecretariatKind


class CouncilQuerySet(models.QuerySet["Council"]):
    def public(self) -> Self:
        """Those residents may see."""
        return self.filter(published_at__isnull=False)


class Council(models.Model):
    """A council, founded by one or several municipalities (法81条1項)."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    municipalities = models.ManyToManyField(
        Municipality, related_name="councils", verbose_name="設置した自治体"
    )
    prefecture = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        related_name="councils_of_prefecture",
        verbose_name="都道府県",
        help_text="この協議会の状況をまとめる都道府県",
    )
    name = models.CharField("協議会名", max_length=100)
    kana = models.CharField("協議会名(カナ)", max_length=200, blank=True)
    established_on = models.DateField("設立年月日", null=True, blank=True)
    established_precision = models.CharField(
        "設立年月日の精度", max_length=5, choices=Precision, default=Precision.DAY
    )
    established_text = models.CharField("設立年月日(原文)", max_length=60, blank=True)
    basis = models.CharField("設立の根拠", max_length=4, choices=Basis, blank=True)
    secretariat_kind = models.CharField("事務局の形", max_length=10, choices=SecretariatKind, blank=True)
    consultation_status = models.CharField(
        "相談の実施", max_length=20, choices=ConsultationStatus, blank=True
    )
    shop_label = models.CharField(
        "協力店の呼び名", max_length=40, default="協力不動産店", help_text="協議会によって違います。"
    )
    shop_count = models.PositiveIntegerField("協力店の数", null=True, blank=True)
    shop_count_is_approximate = models.BooleanField("協力店の数は概数", default=False)
    shop_count_on = models.DateField("協力店の数の時点", null=True, blank=True)
    website = models.URLField("ホームページ", blank=True)
    is_sample = models.BooleanField("見本", default=False)
    source = models.CharField("出典", max_length=200, blank=True)
    published_at = models.DateTimeField("公開日時", null=True, blank=True)
    confirmed_on = models.DateField("最終確認", null=True, blank=True)
    updated_at = models.DateTimeField("更新日時", auto_now=True)

    objects = CouncilQuerySet.as_manager()

    class Meta:
        verbose_name = "居住支援協議会"
        verbose_name_plural = "居住支援協議会"
        ordering = ("prefecture", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("prefecture", "name"),
                name="council_name_once_per_prefecture",
                violation_error_message="同じ名前の協議会が、この都道府県にもう登録されています。",
            ),
            models.CheckConstraint(
                condition=Q(shop_count__isnull=False)
                | Q(shop_count_is_approximate=False, shop_count_on=None),
                name="council_shop_count_facts_together",
            ),
        )

    def __str__(self) -> str:
        return self.name


class SecretariatOffice(models.Model):
    """One office of the secretariat as written; several when it is shared (多摩市: two departments)."""

    council = models.ForeignKey(
        Council, on_delete=models.CASCADE, related_name="secretariat_offices", verbose_name="協議会"
    )
    name = models.CharField("事務局", max_length=120)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    position = models.PositiveSmallIntegerField("並び順")

    class Meta:
        verbose_name = "事務局"
        verbose_name_plural = "事務局"
        ordering = ("council", "position")
        constraints = (
            models.UniqueConstraint(fields=("council", "position"), name="secretariat_office_position_once"),
        )

    def __str__(self) -> str:
        return self.name


class SeatQuerySet(models.QuerySet["Seat"]):
    def in_force(self, on: dt.date) -> Self:
        """Seats held on a day; one without dates is held."""
        return self.filter(Q(since__isnull=True) | Q(since__lte=on)).filter(
            Q(until__isnull=True) | Q(until__gte=on)
        )


class Seat(models.Model):
    """A seat of a council: a body, or a post of an office, in one category. People come and go; the seat stays."""

    council = models.ForeignKey(
        Council, on_delete=models.CASCADE, related_name="seats", verbose_name="協議会"
    )
    category = models.CharField("区分", max_length=20, choices=SeatCategory)
    name = models.CharField("構成員", max_length=200, help_text="団体名、または部署と職")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="seats",
        null=True,
        blank=True,
        verbose_name="団体",
    )
    position = models.PositiveSmallIntegerField("並び順", default=0)
    since = models.DateField("いつから", null=True, blank=True)
    until = models.DateField("いつまで", null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = "構成員"
        verbose_name_plural = "構成員"
        ordering = ("council", "category", "position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="seat_dates_in_order",
                violation_error_message="「いつまで」は「いつから」より後の日にしてください。",
            ),
            models.UniqueConstraint(
                fields=("council", "category", "name"),
                condition=Q(until__isnull=True),
                name="seat_once_while_held",
                violation_error_message="同じ構成員が、この区分にもう入っています。",
            ),
        )

    def __str__(self) -> str:
        return self.name


class CouncilProfileQuerySet(models.QuerySet["CouncilProfile"]):
    def approved(self) -> Self:
        return self.filter(approved_at__isnull=False)


class CouncilProfile(models.Model):
    """What a council says of itself, by the columns of the prefecture's survey. The last approved one is public."""

    council = models.ForeignKey(
        Council, on_delete=models.CASCADE, related_name="profiles", verbose_name="協議会"
    )
    version = models.PositiveIntegerField("版")
    activities = models.TextField("規程における活動内容", blank=True)
    business = models.TextField("業務内容", blank=True)
    background = models.TextField("設立の経緯、課題、方向性", blank=True)
    consultation_operator = models.TextField("相談: 事業の実施主体", blank=True)
    consultation_method = models.TextField("相談: 実施の体制", blank=True)
    consultation_publicity = models.TextField("相談: 広報", blank=True)
    consultation_places = models.TextField("相談: 相談できる箇所", blank=True)
    consultation_effects = models.TextField("相談: 効果、課題", blank=True)
    as_of = models.DateField("いつの時点か", null=True, blank=True)
    created_at = models.DateTimeField("作成日時")
    approved_at = models.DateTimeField("承認日時", null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="承認者",
    )

    objects = CouncilProfileQuerySet.as_manager()

    #: The texts, in the order of the prefecture's table.
    TEXTS = (
        "activities",
        "business",
        "background",
        "consultation_operator",
        "consultation_method",
        "consultation_publicity",
        "consultation_places",
        "consultation_effects",
    )

    class Meta:
        verbose_name = "協議会の紹介"
        verbose_name_plural = "協議会の紹介"
        ordering = ("council", "-version")
        constraints = (
            models.UniqueConstraint(fields=("council", "version"), name="council_profile_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.council} 第{self.version}版"
