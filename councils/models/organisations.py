"""Bodies that sit on councils, run desks or register shops; and the categories of people the Act names."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from japan.codes import CodeError, check_corporate_number


def validate_corporate_number(value: str) -> None:
    """法人番号: thirteen digits with a right check digit."""
    try:
        check_corporate_number(value)
    except CodeError as error:
        raise ValidationError(str(error)) from error


class Organisation(models.Model):
    """A body under one name, however councils write it: the ways it is written are its aliases."""

    name = models.CharField("名称", max_length=120)
    kana = models.CharField("名称(カナ)", max_length=200, blank=True)
    corporate_number = models.CharField(
        "法人番号",
        max_length=13,
        blank=True,
        validators=[validate_corporate_number],
    )
    is_support_corporation = models.BooleanField(
        "居住支援法人", default=False, help_text="都道府県知事の指定を受けた法人(法59条1項)"
    )

    class Meta:
        verbose_name = "団体"
        verbose_name_plural = "団体"
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("corporate_number",),
                condition=~Q(corporate_number=""),
                name="organisation_corporate_number_once",
                violation_error_message="この法人番号の団体は、もう登録されています。",
            ),
        )

    def __str__(self) -> str:
        return self.name


class OrganisationAlias(models.Model):
    """One way of writing a body's name. `key` is its folded form (japan.folding), by which rows of tables find it."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="aliases", verbose_name="団体"
    )
    name = models.CharField("書き方", max_length=200)
    key = models.CharField("検索キー", max_length=200, unique=True, editable=False)

    class Meta:
        verbose_name = "団体の別名"
        verbose_name_plural = "団体の別名"
        ordering = ("organisation", "name")

    def __str__(self) -> str:
        return self.name


class CategoryQuerySet(models.QuerySet["Category"]):
    def in_force(self, on: dt.date) -> Self:
        """Those that count on a day."""
        return self.filter(effective_from__lte=on).filter(
            Q(effective_until__isnull=True) | Q(effective_until__gte=on)
        )


class Category(models.Model):
    """A category of 住宅確保要配慮者 by Act, ordinance or plan, coded and dated, with the resident's own words for it."""

    code = models.SlugField("コード", max_length=40, unique=True)
    label = models.CharField("区分", max_length=60)
    plain = models.CharField("住民向けの言葉", max_length=60, help_text="例: 高齢の方")
    kana = models.CharField("よみ・言いかえ", max_length=200, blank=True, help_text="検索で見つかる言葉")
    basis = models.CharField("根拠", max_length=120)
    effective_from = models.DateField("適用開始")
    effective_until = models.DateField("適用終了", null=True, blank=True)
    position = models.PositiveSmallIntegerField("並び順", default=0)
    is_prominent = models.BooleanField("入口の画面に出す", default=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = "要配慮者の区分"
        verbose_name_plural = "要配慮者の区分"
        ordering = ("position", "code")
        constraints = (
            models.CheckConstraint(
                condition=Q(effective_until__isnull=True)
                | Q(effective_until__gte=models.F("effective_from")),
                name="category_dates_in_order",
                violation_error_message="適用終了は、適用開始より後の日にしてください。",
            ),
        )

    def __str__(self) -> str:
        return self.label
