"""同意によらない提供: on a ground of the law, by people with that permission, gone through by another."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import append_only_until

_OF_CASE = {"parent": "consultations_case", "key": "case_id", "column": "disposed_at"}


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0010_stages"),
        ("councils", "0002_search_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OverrideReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("proper", "妥当"), ("improper", "妥当でない")],
                        max_length=8,
                        verbose_name="結果",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=400, verbose_name="気づいたこと")),
                ("reviewed_at", models.DateTimeField(verbose_name="確かめた日時")),
            ],
            options={
                "verbose_name": "同意によらない提供の確認",
                "verbose_name_plural": "同意によらない提供の確認",
                "ordering": ("pk",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="consentevent",
            name="consent_given_or_withdrawn",
        ),
        migrations.AddField(
            model_name="consentevent",
            name="ground",
            field=models.CharField(
                blank=True,
                choices=[
                    ("life", "命・体・財産を守るために要り、本人の同意をとることが難しい"),
                    ("child", "公衆衛生や児童の健全な育成のために特に要り、本人の同意をとることが難しい"),
                    ("law", "法令に基づく"),
                ],
                max_length=6,
                verbose_name="同意によらない根拠",
            ),
        ),
        migrations.AddField(
            model_name="consentevent",
            name="reason",
            field=models.CharField(blank=True, max_length=400, verbose_name="同意によらない理由"),
        ),
        migrations.AddField(
            model_name="deskpost",
            name="may_override",
            field=models.BooleanField(
                default=False,
                help_text="命や体を守るためなどに、本人の同意なしに関係機関に伝えることを決める権限。",
                verbose_name="同意によらない提供を決められる",
            ),
        ),
        migrations.AlterField(
            model_name="consentevent",
            name="given_by",
            field=models.CharField(
                blank=True,
                choices=[("self", "本人"), ("proxy", "代理の人")],
                max_length=6,
                verbose_name="だれが",
            ),
        ),
        migrations.AlterField(
            model_name="consentevent",
            name="given_how",
            field=models.CharField(
                blank=True,
                choices=[("written", "書面"), ("spoken", "対面で口頭"), ("phone", "電話で口頭")],
                max_length=8,
                verbose_name="しかた",
            ),
        ),
        migrations.AlterField(
            model_name="consentevent",
            name="kind",
            field=models.CharField(
                choices=[("given", "同意"), ("withdrawn", "撤回"), ("override", "同意によらない提供")],
                max_length=10,
                verbose_name="種類",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ground", ""),
                        ("kind", "given"),
                        ("reason", ""),
                        ("until__isnull", False),
                        ("withdraws__isnull", True),
                    ),
                    models.Q(
                        ("ground", ""),
                        ("kind", "withdrawn"),
                        ("reason", ""),
                        ("until__isnull", True),
                        ("withdraws__isnull", False),
                    ),
                    models.Q(
                        ("kind", "override"),
                        ("purpose", "agencies"),
                        ("shop__isnull", True),
                        ("until__isnull", False),
                        ("withdraws__isnull", True),
                        models.Q(("ground", ""), _negated=True),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="consent_given_or_withdrawn",
            ),
        ),
        migrations.AddField(
            model_name="overridereview",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="override_reviews",
                to="consultations.case",
                verbose_name="相談",
            ),
        ),
        migrations.AddField(
            model_name="overridereview",
            name="consent",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="review",
                to="consultations.consentevent",
                verbose_name="同意によらない提供",
            ),
        ),
        migrations.AddField(
            model_name="overridereview",
            name="reviewed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="確かめた人",
            ),
        ),
        # SQLite lost it when it rebuilt the table.
        append_only_until("consultations_consentevent", **_OF_CASE),
        append_only_until("consultations_overridereview", **_OF_CASE),
    ]
