"""目的外使用 that was approved, and changes a municipality finds harmless. An approval is decided: the database refuses to alter it."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_council_officer"),
        ("certification", "0007_procedures"),
    ]

    operations = [
        migrations.CreateModel(
            name="HarmlessChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.CharField(max_length=80, verbose_name="計画の箇所")),
                ("reason", models.CharField(max_length=200, verbose_name="支障がないと認める理由")),
                ("effective_from", models.DateField(verbose_name="適用する日")),
                ("effective_until", models.DateField(blank=True, null=True, verbose_name="終わりの日")),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="harmless_changes",
                        to="accounts.municipality",
                        verbose_name="自治体",
                    ),
                ),
            ],
            options={
                "verbose_name": "届出の要らない変更",
                "verbose_name_plural": "届出の要らない変更",
                "ordering": ("municipality", "place", "effective_from"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "place", "effective_from"),
                        name="harmless_change_once_per_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OtherUsePermit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("unit_keys", models.JSONField(verbose_name="部屋")),
                ("lease_from", models.DateField(verbose_name="賃貸借の始まり")),
                ("lease_until", models.DateField(verbose_name="賃貸借の終わり")),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="other_use_permit",
                        to="certification.application",
                        verbose_name="申請",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="other_use_permits",
                        to="certification.plan",
                        verbose_name="計画",
                    ),
                ),
            ],
            options={
                "verbose_name": "目的外使用の承認",
                "verbose_name_plural": "目的外使用の承認",
                "ordering": ("plan", "lease_until"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("lease_until__gte", models.F("lease_from"))),
                        name="other_use_ends_after_it_begins",
                    )
                ],
            },
        ),
        append_only("certification_otherusepermit"),
    ]
