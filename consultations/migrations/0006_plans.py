"""支援プラン and 入居後の確認. A plan is only ever added to: a review is its next version."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import append_only_until

_OF_CASE = {"parent": "consultations_case", "key": "case_id", "column": "disposed_at"}


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0005_shop_inquiries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SupportPlan",
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
                (
                    "phase",
                    models.CharField(
                        choices=[("before", "相談・入居前"), ("during", "入居中"), ("leaving", "退居時")],
                        max_length=8,
                        verbose_name="段階",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(verbose_name="版")),
                ("situation", models.TextField(blank=True, verbose_name="見立て")),
                ("wish", models.TextField(blank=True, verbose_name="本人の希望")),
                ("goal", models.TextField(verbose_name="目標")),
                ("review_on", models.DateField(verbose_name="見直す日")),
                ("explained_on", models.DateField(blank=True, null=True, verbose_name="本人に説明した日")),
                ("written_at", models.DateTimeField(verbose_name="書いた日時")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="consultations.case",
                        verbose_name="相談",
                    ),
                ),
                (
                    "review_task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="consultations.casetask",
                        verbose_name="見直しの用件",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="書いた人",
                    ),
                ),
            ],
            options={
                "verbose_name": "支援プラン",
                "verbose_name_plural": "支援プラン",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="PlanStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="順")),
                ("who", models.CharField(max_length=60, verbose_name="だれが")),
                ("what", models.CharField(max_length=200, verbose_name="何を")),
                ("until", models.DateField(blank=True, null=True, verbose_name="いつまでに")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_steps",
                        to="consultations.case",
                        verbose_name="相談",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="consultations.supportplan",
                        verbose_name="支援プラン",
                    ),
                ),
            ],
            options={
                "verbose_name": "支援プランのすること",
                "verbose_name_plural": "支援プランのすること",
                "ordering": ("plan", "position"),
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
                ("months", models.PositiveSmallIntegerField(verbose_name="何か月後")),
                ("due_on", models.DateField(verbose_name="確認する日")),
                ("happened_on", models.DateField(blank=True, null=True, verbose_name="確認した日")),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("well", "落ち着いて暮らしている"),
                            ("trouble", "困りごとがある"),
                            ("moved", "転居した"),
                            ("unreached", "連絡が取れない"),
                            ("declined", "本人が確認を望まない"),
                        ],
                        max_length=10,
                        verbose_name="ようす",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="聞いたこと")),
                ("recorded_at", models.DateTimeField(blank=True, null=True, verbose_name="記録した日時")),
                ("stopped_at", models.DateTimeField(blank=True, null=True, verbose_name="やめた日時")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="consultations.case",
                        verbose_name="相談",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="記録した人",
                    ),
                ),
            ],
            options={
                "verbose_name": "入居後の確認",
                "verbose_name_plural": "入居後の確認",
                "ordering": ("due_on", "pk"),
                "indexes": [models.Index(fields=["case", "due_on"], name="follow_up_of_case")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("happened_on__isnull", True), ("recorded_at__isnull", True), ("result", "")
                            ),
                            models.Q(
                                ("happened_on__isnull", False),
                                ("recorded_at__isnull", False),
                                models.Q(("result", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="follow_up_facts_together",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="supportplan",
            constraint=models.UniqueConstraint(
                fields=("case", "phase", "version"), name="support_plan_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.UniqueConstraint(fields=("plan", "position"), name="plan_step_once"),
        ),
        append_only_until("consultations_supportplan", **_OF_CASE),
        append_only_until("consultations_planstep", **_OF_CASE),
    ]
