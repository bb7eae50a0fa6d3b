"""Procedures about a certified plan: what they began from, what they state beside the plan, a 別表 for each.

SQLite copies a table to alter it and loses its triggers. Those of the rows of a 別表 (0003) read the table that is copied
here, so they are taken away before and put back after; those of the copied tables themselves (0002) are put back.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

from accounts.triggers import create_frozen

published_rows = import_module("certification.migrations.0003_published_rows")

PROCEDURES = [
    ("certification", "認定申請"),
    ("change", "変更認定申請"),
    ("succession", "地位承継承認申請"),
    ("other_use", "目的外使用承認申請"),
]


def take_away(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        published_rows.take_away(apps, schema_editor)


def put_back(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    for table, column in (
        ("certification_planversion", "frozen_at"),
        ("certification_reviewtable", "published_at"),
    ):
        for statement in create_frozen(table, column, "sqlite"):
            schema_editor.execute(statement)
    published_rows.put_in_place(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = (("accounts", "0003_council_officer"), ("certification", "0006_fill_register"))

    operations = (
        migrations.RunPython(take_away, put_back),
        migrations.AlterModelOptions(
            name="reviewtable",
            options={
                "ordering": ("municipality", "procedure", "-version"),
                "verbose_name": "審査事項の表(別表)",
                "verbose_name_plural": "審査事項の表(別表)",
            },
        ),
        migrations.RemoveConstraint(model_name="reviewtable", name="review_table_version_once"),
        migrations.RemoveConstraint(model_name="reviewtable", name="review_table_one_draft"),
        migrations.AddField(
            model_name="application",
            name="base_version",
            field=models.ForeignKey(
                blank=True,
                help_text="認定を受けた計画についての手続で、そのとき認定されていた版です。",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="certification.planversion",
                verbose_name="もとにした版",
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="first_number",
            field=models.PositiveIntegerField(default=1, verbose_name="最初の版"),
        ),
        migrations.AddField(
            model_name="planversion",
            name="statement",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="変更の理由、承継の原因、目的外使用の期間など、計画の外で申請することがらです。",
                verbose_name="手続に固有の事項",
            ),
        ),
        migrations.AddField(
            model_name="reviewtable",
            name="procedure",
            field=models.CharField(
                choices=PROCEDURES, default="certification", max_length=20, verbose_name="手続"
            ),
        ),
        migrations.AlterField(
            model_name="application",
            name="procedure",
            field=models.CharField(
                choices=PROCEDURES, default="certification", max_length=20, verbose_name="手続"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewtable",
            constraint=models.UniqueConstraint(
                fields=("municipality", "procedure", "version"), name="review_table_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewtable",
            constraint=models.UniqueConstraint(
                condition=models.Q(("published_at__isnull", True)),
                fields=("municipality", "procedure"),
                name="review_table_one_draft",
            ),
        ),
        migrations.RunPython(put_back, take_away),
    )
