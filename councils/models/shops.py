"""Cooperating real-estate shops (協力不動産店)."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Municipality
from councils.models.councils import Council
from councils.models.organisations import Category
from councils.rules.words import ShopState


class ShopQuerySet(models.QuerySet["Shop"]):
    def public(self) -> Self:
        """Those residents may see: registered, published, of a published council."""
        return self.filter(
            state=ShopState.REGISTERED, published_at__isnull=False, council__published_at__isnull=False
        )


class Shop(models.Model):
    """A shop that a council has registered. Residents see only the fields it agreed to publish."""

    #: What a shop may keep to itself; the rest (name, municipality, licence) is on every public sheet.
    OPTIONAL_FIELDS = ("address", "phone", "fax", "email", "website", "hours", "closed_days", "stations")

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(
        Council, on_delete=models.PROTECT, related_name="shops", verbose_name="協議会"
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="shops", verbose_name="自治体"
    )
    state = models.CharField("登録の状態", max_length=10, choices=ShopState, default=ShopState.APPLIED)
    registered_on = models.DateField("登録日", null=True, blank=True)
    name = models.CharField("店の名称", max_length=100)
    kana = models.CharField("店の名称(カナ)", max_length=200, blank=True)
    company = models.CharField("商号", max_length=100, blank=True)
    licensor = models.CharField("免許権者", max_length=20, help_text="国土交通大臣、東京都知事 など")
    licence_renewals = models.PositiveSmallIntegerField("免許の更新回数")
    licence_number = models.CharField("免許番号", max_length=10)
    licence_until = models.DateField("免許の有効期限", null=True, blank=True)
    association = models.CharField("所属団体", max_length=60, blank=True)
    postal_code = models.CharField("郵便番号", max_length=8, blank=True)
    address = models.CharField("所在地", max_length=200, blank=True)
    latitude = models.DecimalField("緯度", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("経度", max_digits=9, decimal_places=6, null=True, blank=True)
    stations = models.CharField("最寄り駅", max_length=120, blank=True)
    hours = models.CharField("営業時間", max_length=60, blank=True)
    closed_days = models.CharField("定休日", max_length=60, blank=True)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    fax = models.CharField("FAX", max_length=20, blank=True)
    email = models.EmailField("メール", blank=True)
    website = models.URLField("ホームページ", blank=True)
    categories = models.ManyToManyField(
        Category, related_name="shops", blank=True, verbose_name="相談できる方"
    )
    offers = models.JSONField("対応できること", default=list, blank=True)
    languages = models.JSONField("ことば", default=list, blank=True)
    features = models.JSONField("バリアフリー", default=dict, blank=True)
    published_fields = models.JSONField("公開してよい項目", default=list, blank=True)
    sticker_number = models.CharField("ステッカー番号", max_length=20, blank=True)
    is_sample = models.BooleanField("見本", default=False)
    published_at = models.DateTimeField("公開日時", null=True, blank=True)
    confirmed_on = models.DateField("最終確認", null=True, blank=True)
    updated_at = models.DateTimeField("更新日時", auto_now=True)

    objects = ShopQuerySet.as_manager()

    class Meta:
        verbose_name = "協力不動産店"
        verbose_name_plural = "協力不動産店"
        ordering = ("council", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("council", "licensor", "licence_number", "name"),
                name="shop_once_per_council",
                violation_error_message="この免許番号の店は、この協議会にもう登録されています。",
            ),
            models.CheckConstraint(
                condition=~Q(state=ShopState.REGISTERED) | Q(registered_on__isnull=False),
                name="shop_registered_has_date",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="shop_point_has_both",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def shown(self, field: str) -> str:
        """A field as residents see it: empty when the shop did not agree to publish it."""
        return str(getattr(self, field)) if field in self.published_fields else ""
