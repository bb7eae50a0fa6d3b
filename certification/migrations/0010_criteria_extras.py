"""Rents nearby, numbers of a decision, what is to follow, revocations. Decisions and revocations never change."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("certification", "0009_preliminary_consultation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DecidedThresholds",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="決定した日")),
                ("values", models.JSONField(verbose_name="基準の数値")),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decided_thresholds",
                        to="certification.application",
                        verbose_name="申請",
                    ),
                ),
            ],
            options={
                "verbose_name": "決定に用いた基準の数値",
                "verbose_name_plural": "決定に用いた基準の数値",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revoked_on", models.DateField(verbose_name="取り消した日")),
                ("basis", models.CharField(blank=True, max_length=60, verbose_name="根拠")),
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocation",
                        to="certification.plan",
                        verbose_name="計画",
                    ),
                ),
            ],
            options={
                "verbose_name": "認定の取消し",
                "verbose_name_plural": "認定の取消し",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
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
                        choices=[("seismic_works", "耐震改修の完了確認")],
                        max_length=20,
                        verbose_name="確認すること",
                    ),
                ),
                ("subject", models.CharField(max_length=200, verbose_name="対象")),
                ("due_on", models.DateField(verbose_name="期限")),
                ("is_guessed", models.BooleanField(default=False, verbose_name="期限は仮")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="確認した日")),
                ("note", models.TextField(blank=True, verbose_name="確認の結果")),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="更新回数")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="certification.application",
                        verbose_name="認定した申請",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="確認した人",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="certification.plan",
                        verbose_name="計画",
                    ),
                ),
            ],
            options={
                "verbose_name": "認定後の確認",
                "verbose_name_plural": "認定後の確認",
                "ordering": ("due_on", "pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_on__isnull", True)),
                        fields=["due_on"],
                        name="follow_up_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "kind", "subject"), name="follow_up_once_per_certification"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_by__isnull", True), ("done_on__isnull", True)),
                            models.Q(("done_by__isnull", False), ("done_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="follow_up_done_paired",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RentComparable",
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
                ("address", models.CharField(max_length=100, verbose_name="おおよその所在地")),
                ("area_m2", models.DecimalField(decimal_places=2, max_digits=7, verbose_name="面積(㎡)")),
                (
                    "built_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="建築年(西暦)"),
                ),
                ("monthly_rent_yen", models.PositiveIntegerField(verbose_name="家賃(円/月)")),
                ("source", models.CharField(max_length=120, verbose_name="調べた先")),
                ("entered_at", models.DateTimeField(verbose_name="入れた日時")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rent_comparables",
                        to="certification.application",
                        verbose_name="申請",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="入れた人",
                    ),
                ),
            ],
            options={
                "verbose_name": "近傍同種の家賃",
                "verbose_name_plural": "近傍同種の家賃",
                "ordering": ("application", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("area_m2__gt", 0), ("monthly_rent_yen__gt", 0)),
                        name="rent_comparable_above_zero",
                    )
                ],
            },
        ),
        append_only("certification_decidedthresholds"),
        append_only("certification_revocation"),
    ]
