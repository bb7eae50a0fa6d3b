"""The words of a municipality's letters, which never change once published, and how letters were delivered."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import append_only, frozen_when


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_council_officer"),
        ("certification", "0011_letters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterDelivery",
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
                    "way",
                    models.CharField(
                        choices=[
                            ("system", "システム"),
                            ("post", "郵送"),
                            ("counter", "窓口交付"),
                            ("other", "その他"),
                        ],
                        max_length=8,
                        verbose_name="通知の方法",
                    ),
                ),
                ("delivered_on", models.DateField(verbose_name="届けた日")),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="簡易書留の番号など。", max_length=120, verbose_name="控え"
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="記録した日時")),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="certification.letter",
                        verbose_name="通知文書",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="記録した人",
                    ),
                ),
            ],
            options={
                "verbose_name": "通知文書の交付",
                "verbose_name_plural": "通知文書の交付",
                "ordering": ("letter", "pk"),
            },
        ),
        migrations.CreateModel(
            name="LetterTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
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
                        ],
                        max_length=24,
                        verbose_name="通知文書の種類",
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="版")),
                ("title", models.CharField(max_length=80, verbose_name="件名")),
                ("body", models.TextField(verbose_name="本文")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="更新回数")),
                ("edited_at", models.DateTimeField(verbose_name="最後に直した日時")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="公開日時")),
                (
                    "edited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="最後に直した人",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter_templates",
                        to="accounts.municipality",
                        verbose_name="自治体",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="公開した人",
                    ),
                ),
            ],
            options={
                "verbose_name": "通知文書の文面",
                "verbose_name_plural": "通知文書の文面",
                "ordering": ("municipality", "kind", "-version"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("municipality", "kind", "version"), name="letter_template_version_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("published_at__isnull", True)),
                        fields=("municipality", "kind"),
                        name="letter_template_one_draft",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", True), ("published_by__isnull", True)),
                            models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="letter_template_published_paired",
                    ),
                ],
            },
        ),
        frozen_when("certification_lettertemplate", "published_at"),
        append_only("certification_letterdelivery"),
    ]
