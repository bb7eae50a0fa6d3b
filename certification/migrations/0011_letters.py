"""Letters of every procedure, also those about a plan alone.

SQLite copies a table to alter it and loses its triggers: the one that keeps letters as they were sent (0002) is put back.
"""

import django.db.models.deletion
from django.db import migrations, models

from accounts.triggers import create_append_only, drop_append_only

KINDS = [
    ("correction_request", "補正依頼書"),
    ("certification_notice", "認定通知書"),
    ("refusal_notice", "不認定通知書"),
    ("change_notice", "変更認定通知書"),
    ("change_refusal", "変更不認定通知書"),
    ("succession_notice", "承継承認通知書"),
    ("succession_refusal", "承継不承認通知書"),
    ("other_use_notice", "目的外使用承認通知書"),
    ("other_use_refusal", "目的外使用不承認通知書"),
    ("inquiry", "照会書"),
    ("report_demand", "報告徴収通知書"),
    ("inspection_notice", "立入検査通知書"),
    ("inspector_card", "身分証明書(立入検査)"),
    ("explanation_notice", "弁明の機会の付与通知書"),
    ("hearing_notice", "聴聞通知書"),
    ("guidance", "改善のお願い"),
    ("improvement_order", "改善命令書"),
    ("revocation_notice", "認定取消通知書"),
    ("abolition_publication", "公示文(廃止)"),
    ("revocation_publication", "公示文(取消し)"),
]


def take_away(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in drop_append_only("certification_letter", "sqlite"):
            schema_editor.execute(statement)


def put_back(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in create_append_only("certification_letter", "sqlite"):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("certification", "0010_criteria_extras"),)

    operations = (
        migrations.RunPython(take_away, put_back),
        migrations.AlterField(
            model_name="letter",
            name="application",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letters",
                to="certification.application",
                verbose_name="申請",
            ),
        ),
        migrations.AlterField(
            model_name="letter",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=24, verbose_name="種類"),
        ),
        migrations.AddField(
            model_name="letter",
            name="plan",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letters",
                to="certification.plan",
                verbose_name="計画",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(application__isnull=False) | models.Q(plan__isnull=False),
                name="letter_about_something",
            ),
        ),
        migrations.RunPython(put_back, take_away),
    )
