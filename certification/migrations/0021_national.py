"""Beside the national system: exports that were read, the mapping of their columns, and 計画番号 once in a city.

The constraint on plans is a partial index: it remakes no table and drops no trigger.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_notice_address"),
        ("certification", "0020_desk_work"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NationalImport",
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
                ("file_name", models.CharField(max_length=255, verbose_name="ファイルの名前")),
                ("header", models.JSONField(verbose_name="見出し")),
                ("header_hash", models.CharField(max_length=64, verbose_name="見出しの指紋")),
                ("uploaded_at", models.DateTimeField(verbose_name="取り込んだ日時")),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="更新回数")),
            ],
            options={
                "verbose_name": "国のシステムからの取り込み",
                "verbose_name_plural": "国のシステムからの取り込み",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="NationalMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("header_hash", models.CharField(max_length=64, verbose_name="見出しの指紋")),
                ("version", models.PositiveIntegerField(verbose_name="版")),
                ("header", models.JSONField(verbose_name="見出し")),
                ("columns", models.JSONField(verbose_name="列の割り当て")),
                ("confirmed_at", models.DateTimeField(verbose_name="確かめた日時")),
            ],
            options={
                "verbose_name": "国のシステムの列の割り当て",
                "verbose_name_plural": "国のシステムの列の割り当て",
                "ordering": ("municipality", "header_hash", "version"),
            },
        ),
        migrations.CreateModel(
            name="NationalRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField(verbose_name="行")),
                ("cells", models.JSONField(blank=True, default=list, verbose_name="セル")),
                ("values", models.JSONField(blank=True, default=dict, verbose_name="読み取った値")),
                ("national_id", models.CharField(blank=True, max_length=40, verbose_name="入れた計画番号")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="反映日時")),
            ],
            options={
                "verbose_name": "国のシステムから取り込んだ行",
                "verbose_name_plural": "国のシステムから取り込んだ行",
                "ordering": ("national_import", "line"),
            },
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("national_id", ""), _negated=True),
                fields=("municipality", "national_id"),
                name="plan_national_id_once",
            ),
        ),
        migrations.AddField(
            model_name="nationalimport",
            name="municipality",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="national_imports",
                to="accounts.municipality",
                verbose_name="自治体",
            ),
        ),
        migrations.AddField(
            model_name="nationalimport",
            name="uploaded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="取り込んだ人",
            ),
        ),
        migrations.AddField(
            model_name="nationalmapping",
            name="confirmed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="確かめた人",
            ),
        ),
        migrations.AddField(
            model_name="nationalmapping",
            name="municipality",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="national_mappings",
                to="accounts.municipality",
                verbose_name="自治体",
            ),
        ),
        migrations.AddField(
            model_name="nationalimport",
            name="mapping",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="certification.nationalmapping",
                verbose_name="列の割り当て",
            ),
        ),
        migrations.AddField(
            model_name="nationalrow",
            name="accepted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="反映した人",
            ),
        ),
        migrations.AddField(
            model_name="nationalrow",
            name="national_import",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="certification.nationalimport",
                verbose_name="取り込み",
            ),
        ),
        migrations.AddField(
            model_name="nationalrow",
            name="plan",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="certification.plan",
                verbose_name="計画",
            ),
        ),
        migrations.AddConstraint(
            model_name="nationalmapping",
            constraint=models.UniqueConstraint(
                fields=("municipality", "header_hash", "version"), name="national_mapping_version_once"
            ),
        ),
        migrations.AddIndex(
            model_name="nationalimport",
            index=models.Index(fields=["municipality", "-id"], name="national_import_of_city"),
        ),
        migrations.AddConstraint(
            model_name="nationalrow",
            constraint=models.UniqueConstraint(fields=("national_import", "line"), name="national_row_once"),
        ),
        migrations.AddConstraint(
            model_name="nationalrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("accepted_at__isnull", True),
                        ("accepted_by__isnull", True),
                        ("national_id", ""),
                        ("plan__isnull", True),
                    ),
                    models.Q(
                        ("accepted_at__isnull", False),
                        ("accepted_by__isnull", False),
                        ("plan__isnull", False),
                        models.Q(("national_id", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="national_row_accepted_whole",
            ),
        ),
    ]
