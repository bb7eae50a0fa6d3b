"""引き継ぎ: a case offered to another desk. What was offered stays as it was."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import columns_kept_until

_OF_CASE = {"parent": "consultations_case", "key": "case_id", "column": "disposed_at"}
_OFFERED = (
    "key",
    "case_id",
    "consent_id",
    "from_desk_id",
    "to_desk_id",
    "request",
    "offered_by_id",
    "offered_at",
    "expires_at",
)


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0011_overrides"),
        ("councils", "0002_search_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="first_desk",
            field=models.ForeignKey(
                blank=True,
                help_text="引き継いだときだけ。数えるのは、この窓口です。",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="councils.desk",
                verbose_name="初めに受け付けた窓口",
            ),
        ),
        migrations.AlterField(
            model_name="consentevent",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("shops", "不動産店への物件の問合せ"),
                    ("agencies", "関係機関との共有・紹介"),
                    ("council", "協議会でのケース検討"),
                    ("transfer", "ほかの窓口への引き継ぎ"),
                ],
                max_length=10,
                verbose_name="目的",
            ),
        ),
        migrations.CreateModel(
            name="CaseTransfer",
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
                ("request", models.CharField(max_length=400, verbose_name="なぜ引き継ぐか")),
                ("offered_at", models.DateTimeField(verbose_name="頼んだ日時")),
                ("expires_at", models.DateTimeField(verbose_name="いつまで")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "返事待ち"),
                            ("accepted", "引き受けた"),
                            ("declined", "引き受けられない"),
                            ("withdrawn", "取りやめ"),
                            ("expired", "期限切れ"),
                        ],
                        default="offered",
                        max_length=10,
                        verbose_name="状態",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答えた日時")),
                (
                    "not_taken",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("busy", "いま手いっぱい"),
                            ("area", "担当の地域ではない"),
                            ("outside", "この窓口の対象ではない"),
                        ],
                        max_length=8,
                        verbose_name="引き受けられない理由",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答えた人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
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
                    "from_desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="councils.desk",
                        verbose_name="引き継ぐ窓口",
                    ),
                ),
                (
                    "new_case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.case",
                        verbose_name="引き受けた協議会の相談",
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="頼んだ人",
                    ),
                ),
                (
                    "to_desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming_transfers",
                        to="councils.desk",
                        verbose_name="引き受ける窓口",
                    ),
                ),
            ],
            options={
                "verbose_name": "引き継ぎ",
                "verbose_name_plural": "引き継ぎ",
                "ordering": ("-pk",),
                "indexes": [models.Index(fields=["to_desk", "state", "id"], name="transfer_to_desk")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "offered")), fields=("case",), name="transfer_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("state", "offered")),
                            models.Q(
                                models.Q(("state", "offered"), _negated=True), ("answered_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="transfer_answered_with_moment",
                    ),
                ],
            },
        ),
        columns_kept_until("consultations_casetransfer", _OFFERED, **_OF_CASE),
    ]
