"""資料: papers and pictures of a case."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0012_transfers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseFile",
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
                ("label", models.CharField(max_length=120, verbose_name="何の資料か")),
                (
                    "original_name",
                    models.CharField(blank=True, max_length=255, verbose_name="元のファイル名"),
                ),
                ("stored_name", models.CharField(blank=True, max_length=80, verbose_name="保管名")),
                ("content_type", models.CharField(max_length=80, verbose_name="形式")),
                ("size", models.PositiveIntegerField(verbose_name="大きさ(バイト)")),
                ("sha256", models.CharField(max_length=64, verbose_name="指紋")),
                ("added_at", models.DateTimeField(verbose_name="付けた日時")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="取り除いた日時")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="付けた人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="consultations.case",
                        verbose_name="相談",
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="取り除いた人",
                    ),
                ),
            ],
            options={
                "verbose_name": "相談の資料",
                "verbose_name_plural": "相談の資料",
                "ordering": ("-pk",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=("case", "sha256"),
                        name="case_file_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("removed_at__isnull", True),
                                ("removed_by__isnull", True),
                                models.Q(("stored_name", ""), _negated=True),
                            ),
                            models.Q(
                                ("original_name", ""),
                                ("removed_at__isnull", False),
                                ("removed_by__isnull", False),
                                ("stored_name", ""),
                            ),
                            _connector="OR",
                        ),
                        name="case_file_removed_facts_together",
                    ),
                ],
            },
        ),
    ]
