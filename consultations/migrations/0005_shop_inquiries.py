"""Asking shops for a home. What was sent stays as it was; the steps are only ever added."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import append_only_until, columns_kept_until

_OF_CASE = {"parent": "consultations_case", "key": "case_id", "column": "disposed_at"}
_SENT = (
    "key",
    "case_id",
    "shop_id",
    "reference",
    "card",
    "is_rare",
    "token_hash",
    "code_hash",
    "sent_at",
    "sent_by_id",
)


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0004_counting"),
        ("councils", "0002_search_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ShopInquiry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="公開用ID"
                    ),
                ),
                ("key", models.UUIDField(verbose_name="フォームの鍵")),
                ("reference", models.CharField(max_length=9, unique=True, verbose_name="照会番号")),
                ("card", models.JSONField(verbose_name="条件カード")),
                (
                    "is_rare",
                    models.BooleanField(default=False, verbose_name="似た条件が少ないと確かめて送った"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "回答待ち"),
                            ("seen", "店が開いた"),
                            ("answered_yes", "心当たりあり"),
                            ("answered_no", "該当なし"),
                            ("disclosed", "名前を伝えた"),
                            ("contracted", "成約"),
                            ("closed", "終了"),
                            ("expired", "期限切れ"),
                        ],
                        default="sent",
                        max_length=12,
                        verbose_name="状態",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="改版")),
                ("token_hash", models.CharField(max_length=64, unique=True, verbose_name="リンクの指紋")),
                ("code_hash", models.CharField(max_length=64, verbose_name="確認の番号の指紋")),
                (
                    "is_named_protected",
                    models.BooleanField(default=False, verbose_name="要保護でも名前を伝えると確かめた"),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="まちがえた回数")),
                ("sent_at", models.DateTimeField(verbose_name="問い合わせた日時")),
                ("expires_at", models.DateTimeField(verbose_name="いつまで")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="回答した日時")),
                ("offer", models.CharField(blank=True, max_length=200, verbose_name="おおよその案内")),
                (
                    "rent_offered_yen",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="案内できる家賃(円)"),
                ),
                (
                    "no_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_stock", "物件なし"),
                            ("conditions", "条件不一致"),
                            ("owner", "オーナー不可"),
                            ("guarantee", "保証会社不可"),
                            ("no_contact", "連絡つかず"),
                            ("taken", "他で決定"),
                        ],
                        max_length=12,
                        verbose_name="該当なしの理由",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inquiries",
                        to="consultations.case",
                        verbose_name="相談",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="問い合わせた人",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inquiries",
                        to="councils.shop",
                        verbose_name="店",
                    ),
                ),
            ],
            options={
                "verbose_name": "物件の問合せ",
                "verbose_name_plural": "物件の問合せ",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="ShopInquiryEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sent", "問い合わせた"),
                            ("seen", "店が開いた"),
                            ("answered_yes", "心当たりありと回答"),
                            ("answered_no", "該当なしと回答"),
                            ("disclosed", "名前と電話番号を伝えることにした"),
                            ("code_wrong", "確認の番号をまちがえた"),
                            ("contact_read", "店が名前と電話番号を見た"),
                            ("contracted", "成約"),
                            ("closed", "終了"),
                            ("expired", "期限切れ"),
                        ],
                        max_length=12,
                        verbose_name="種類",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="日時")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inquiry_events",
                        to="consultations.case",
                        verbose_name="相談",
                    ),
                ),
                (
                    "inquiry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="consultations.shopinquiry",
                        verbose_name="問合せ",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="した人",
                    ),
                ),
            ],
            options={
                "verbose_name": "問合せの経過",
                "verbose_name_plural": "問合せの経過",
                "ordering": ("pk",),
            },
        ),
        migrations.AddIndex(
            model_name="shopinquiry",
            index=models.Index(fields=["case", "-id"], name="shop_inquiry_of_case"),
        ),
        migrations.AddIndex(
            model_name="shopinquiry",
            index=models.Index(fields=["shop", "state"], name="shop_inquiry_of_shop"),
        ),
        migrations.AddIndex(
            model_name="shopinquiry",
            index=models.Index(fields=["state", "expires_at"], name="shop_inquiry_to_expire"),
        ),
        migrations.AddConstraint(
            model_name="shopinquiry",
            constraint=models.UniqueConstraint(fields=("key", "shop"), name="shop_inquiry_once_a_form"),
        ),
        migrations.AddConstraint(
            model_name="shopinquiry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["sent", "seen", "answered_yes", "disclosed"])),
                fields=("case", "shop"),
                name="shop_inquiry_one_open",
            ),
        ),
        columns_kept_until("consultations_shopinquiry", _SENT, **_OF_CASE),
        append_only_until("consultations_shopinquiryevent", **_OF_CASE),
    ]
