"""Retention: who decides, what is held back, what was disposed of, and how many contacts a disposed case had."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import append_only, columns_frozen_when, frozen_when

DECIDED = ("desk_id", "proposed_by_id", "proposed_at", "approved_by_id", "approved_at")


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0003_bookings"),
        ("councils", "0002_search_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Disposal",
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
                ("proposed_at", models.DateTimeField(verbose_name="案を出した日時")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="取り下げた日時")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="承認した日時")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="承認した人",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="councils.desk",
                        verbose_name="窓口",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="案を出した人",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="取り下げた人",
                    ),
                ),
            ],
            options={
                "verbose_name": "廃棄の案",
                "verbose_name_plural": "廃棄の案",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="DisposalLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="済んだ日時")),
                (
                    "left_because",
                    models.CharField(blank=True, max_length=60, verbose_name="廃棄しなかったわけ"),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disposal_lines",
                        to="consultations.case",
                        verbose_name="相談",
                    ),
                ),
                (
                    "disposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="consultations.disposal",
                        verbose_name="廃棄の案",
                    ),
                ),
            ],
            options={
                "verbose_name": "廃棄の案の相談",
                "verbose_name_plural": "廃棄の案の相談",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
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
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("placed_at", models.DateTimeField(verbose_name="止めた日時")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="解いた日時")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="consultations.case",
                        verbose_name="相談",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="解いた人",
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="止めた人",
                    ),
                ),
            ],
            options={
                "verbose_name": "廃棄の停止",
                "verbose_name_plural": "廃棄の停止",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="Retention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "years",
                    models.PositiveSmallIntegerField(default=5, verbose_name="終結の翌年度から数える年数"),
                ),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="改版")),
                ("set_at", models.DateTimeField(verbose_name="決めた日時")),
                (
                    "council",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="councils.council",
                        verbose_name="協議会",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="決めた人",
                    ),
                ),
            ],
            options={
                "verbose_name": "相談の保存期間",
                "verbose_name_plural": "相談の保存期間",
            },
        ),
        migrations.CreateModel(
            name="ContactCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="月(初日)")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("phone", "電話"),
                            ("visit", "来所"),
                            ("home", "訪問・同行"),
                            ("mail", "メール・手紙"),
                            ("paper", "紙の相談票"),
                            ("online", "オンライン"),
                        ],
                        max_length=8,
                        verbose_name="方法",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="回数")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_counts",
                        to="consultations.case",
                        verbose_name="相談",
                    ),
                ),
            ],
            options={
                "verbose_name": "対応の回数",
                "verbose_name_plural": "対応の回数",
                "ordering": ("month", "pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("case", "month", "method"), name="contact_count_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="disposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("approved_at__isnull", True), ("withdrawn_at__isnull", True)),
                fields=("desk",),
                name="disposal_one_waiting_per_desk",
            ),
        ),
        migrations.AddConstraint(
            model_name="disposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at__isnull", True), ("approved_at__isnull", True), _connector="OR"
                ),
                name="disposal_withdrawn_or_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="disposalline",
            constraint=models.UniqueConstraint(fields=("disposal", "case"), name="disposal_line_once"),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at__isnull", True)), fields=("case",), name="legal_hold_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                    models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                    _connector="OR",
                ),
                name="legal_hold_lifting_facts_together",
            ),
        ),
        migrations.AddConstraint(
            model_name="retention",
            constraint=models.CheckConstraint(
                condition=models.Q(("years__gte", 1), ("years__lte", 30)), name="retention_years_sensible"
            ),
        ),
        append_only("consultations_contactcount"),
        columns_frozen_when("consultations_disposal", "approved_at", DECIDED),
        frozen_when("consultations_disposalline", "done_at"),
    ]
