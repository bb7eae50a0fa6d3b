"""関係機関 and referring to them. What was sent stays as it was; the steps are only ever added."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import append_only_until, columns_kept_until

_OF_CASE = {"parent": "consultations_case", "key": "case_id", "column": "disposed_at"}
_SENT = (
    "key",
    "case_id",
    "agency_id",
    "consent_id",
    "reference",
    "pieces",
    "packet",
    "is_sure",
    "token_hash",
    "code_hash",
    "sent_at",
    "sent_by_id",
)


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0006_plans"),
        ("councils", "0002_search_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Agency",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("elderly", "地域包括支援センター"),
                            ("disability", "基幹相談支援センター"),
                            ("livelihood", "自立相談支援機関"),
                            ("welfare", "福祉事務所(生活保護)"),
                            ("children", "こども家庭センター"),
                            ("women", "女性相談支援センター"),
                            ("health", "保健所・保健センター"),
                            ("council", "社会福祉協議会"),
                            ("resettlement", "地域生活定着支援センター"),
                            ("probation", "保護観察所"),
                            ("medical", "医療機関"),
                            ("care", "居宅介護支援事業所"),
                            ("planning", "相談支援事業所"),
                            ("nursing", "訪問看護"),
                            ("guardian", "成年後見(中核機関)"),
                            ("other", "その他"),
                        ],
                        max_length=12,
                        verbose_name="種類",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="電話番号")),
                ("fax", models.CharField(blank=True, max_length=20, verbose_name="FAX")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="メール")),
                ("is_active", models.BooleanField(default=True, verbose_name="いま紹介できる")),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agencies",
                        to="councils.council",
                        verbose_name="協議会",
                    ),
                ),
            ],
            options={
                "verbose_name": "関係機関",
                "verbose_name_plural": "関係機関",
                "ordering": ("kind", "name"),
            },
        ),
        migrations.CreateModel(
            name="Referral",
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
                ("key", models.UUIDField(unique=True, verbose_name="フォームの鍵")),
                ("reference", models.CharField(max_length=9, unique=True, verbose_name="紹介番号")),
                ("pieces", models.JSONField(verbose_name="伝えたものの種類")),
                ("packet", models.JSONField(verbose_name="伝えたもの")),
                (
                    "is_sure",
                    models.BooleanField(default=False, verbose_name="要保護でも名前を伝えると確かめた"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "回答待ち"),
                            ("seen", "機関が開いた"),
                            ("accepted", "引き受けた"),
                            ("declined", "断られた"),
                            ("done", "済んだ"),
                            ("revoked", "取りやめ"),
                            ("expired", "期限切れ"),
                        ],
                        default="sent",
                        max_length=10,
                        verbose_name="状態",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="改版")),
                ("token_hash", models.CharField(max_length=64, unique=True, verbose_name="リンクの指紋")),
                ("code_hash", models.CharField(max_length=64, verbose_name="確認の番号の指紋")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="まちがえた回数")),
                ("sent_at", models.DateTimeField(verbose_name="紹介した日時")),
                ("expires_at", models.DateTimeField(verbose_name="いつまで")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="回答した日時")),
                ("reply", models.CharField(blank=True, max_length=400, verbose_name="回答")),
                (
                    "decline_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("full", "機関: 定員がない"),
                            ("area", "機関: 担当の区域ではない"),
                            ("outside", "機関: 対象ではない"),
                            ("person", "本人: 本人が断った"),
                            ("unreached", "本人: 連絡がつかない"),
                        ],
                        max_length=10,
                        verbose_name="断りの理由",
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="consultations.agency",
                        verbose_name="関係機関",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="consultations.case",
                        verbose_name="相談",
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.consentevent",
                        verbose_name="同意",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="紹介した人",
                    ),
                ),
            ],
            options={
                "verbose_name": "関係機関への紹介",
                "verbose_name_plural": "関係機関への紹介",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="ReferralEvent",
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
                            ("sent", "紹介した"),
                            ("seen", "機関が開いた"),
                            ("read", "機関がもう一度開いた"),
                            ("code_wrong", "確認の番号をまちがえた"),
                            ("accepted", "引き受けると回答"),
                            ("declined", "断ると回答"),
                            ("done", "済んだ"),
                            ("revoked", "取りやめ"),
                            ("expired", "期限切れ"),
                        ],
                        max_length=10,
                        verbose_name="種類",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="日時")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referral_events",
                        to="consultations.case",
                        verbose_name="相談",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="consultations.referral",
                        verbose_name="紹介",
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
                "verbose_name": "紹介の経過",
                "verbose_name_plural": "紹介の経過",
                "ordering": ("pk",),
            },
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.UniqueConstraint(
                fields=("council", "name"),
                name="agency_name_once",
                violation_error_message="この名称の関係機関は、もう登録されています。",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["case", "-id"], name="referral_of_case"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["state", "expires_at"], name="referral_to_expire"),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["sent", "seen", "accepted"])),
                fields=("case", "agency"),
                name="referral_one_open",
            ),
        ),
        columns_kept_until("consultations_referral", _SENT, **_OF_CASE),
        append_only_until("consultations_referralevent", **_OF_CASE),
    ]
