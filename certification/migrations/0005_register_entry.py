"""公開一覧: the public row of each certified plan."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("certification", "0004_application_of_decider"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegisterEntry",
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
                ("published_fields", models.JSONField(blank=True, default=list, verbose_name="公開する項目")),
                ("card", models.JSONField(blank=True, default=dict, verbose_name="公開する内容")),
                ("rent_low_yen", models.PositiveIntegerField(blank=True, null=True, verbose_name="家賃(下)")),
                (
                    "rent_high_yen",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="家賃(上)"),
                ),
                (
                    "floor_area_low_m2",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=9, null=True, verbose_name="広さ(下)"
                    ),
                ),
                (
                    "floor_area_high_m2",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=9, null=True, verbose_name="広さ(上)"
                    ),
                ),
                ("facets", models.TextField(blank=True, verbose_name="しぼり込み用")),
                (
                    "vacancies",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="空いている部屋の数"
                    ),
                ),
                ("vacancies_on", models.DateField(blank=True, null=True, verbose_name="空きを知らせた日")),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="更新回数")),
                ("changed_at", models.DateTimeField(verbose_name="更新日時")),
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="register_entry",
                        to="certification.plan",
                        verbose_name="計画",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="certification.planversion",
                        verbose_name="認定された版",
                    ),
                ),
            ],
            options={
                "verbose_name": "公開一覧の住宅",
                "verbose_name_plural": "公開一覧の住宅",
                "ordering": ("-pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rent_high_yen__isnull", True), ("rent_low_yen__isnull", True)),
                            models.Q(
                                ("rent_high_yen__isnull", False),
                                ("rent_low_yen__isnull", False),
                                ("rent_low_yen__lte", models.F("rent_high_yen")),
                            ),
                            _connector="OR",
                        ),
                        name="register_entry_rent_span",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("floor_area_high_m2__isnull", True), ("floor_area_low_m2__isnull", True)
                            ),
                            models.Q(
                                ("floor_area_high_m2__isnull", False),
                                ("floor_area_low_m2__isnull", False),
                                ("floor_area_low_m2__lte", models.F("floor_area_high_m2")),
                            ),
                            _connector="OR",
                        ),
                        name="register_entry_area_span",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("vacancies__isnull", True), ("vacancies_on__isnull", True)),
                            models.Q(("vacancies__isnull", False), ("vacancies_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="register_entry_vacancies_dated",
                    ),
                ],
            },
        ),
    ]
