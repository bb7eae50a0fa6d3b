"""届出・報告, the reminders of reports, and 公示. What was filed, chased or made public is only ever added."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_notice_address"),
        ("certification", "0016_inquiries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="application",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "作成中"),
                    ("submitted", "受付待ち"),
                    ("lead_review", "主管課審査中"),
                    ("circulating", "持回り審査中"),
                    ("gathering", "取りまとめ中"),
                    ("awaiting_correction", "補正待ち"),
                    ("deciding", "決裁中"),
                    ("certified", "認定"),
                    ("refused", "不認定"),
                    ("withdrawn", "取下げ"),
                    ("notified", "届出に切替え"),
                ],
                default="draft",
                max_length=20,
                verbose_name="状態",
            ),
        ),
        migrations.AlterField(
            model_name="performedact",
            name="action",
            field=models.CharField(
                choices=[
                    ("edit", "計画を書く"),
                    ("submit", "申請する"),
                    ("accept", "受け付ける"),
                    ("assign", "担当を決める"),
                    ("judge", "項目を判定する"),
                    ("draft_point", "補正の指摘を案に加える"),
                    ("judge_point", "補正の回答を確かめる"),
                    ("circulate", "持回り審査を依頼する"),
                    ("gather", "取りまとめに進む"),
                    ("send_result", "審査結果を登録して送信する"),
                    ("add_department", "審査する課を追加する"),
                    ("rework", "再審査を依頼する"),
                    ("return", "差し戻す"),
                    ("answer_point", "補正の指摘に答える"),
                    ("resubmit", "補正して再申請する"),
                    ("propose_certify", "認定で起案する"),
                    ("propose_refuse", "不認定で起案する"),
                    ("decide", "決裁する"),
                    ("return_proposal", "起案を戻す"),
                    ("withdraw", "取り下げる"),
                    ("notify", "軽微な変更として届け出る"),
                    ("rewrite", "返戻された届出を書き直す"),
                ],
                max_length=24,
                verbose_name="行為",
            ),
        ),
        migrations.CreateModel(
            name="Notification",
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
                        choices=[
                            ("lesser_change", "軽微変更届"),
                            ("annual_report", "定期報告"),
                            ("abolition", "廃止届"),
                            ("incapacity", "心身の故障の届出"),
                            ("direct_payment", "代理納付の希望"),
                        ],
                        max_length=16,
                        verbose_name="種類",
                    ),
                ),
                (
                    "fiscal_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="報告する年度"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "作成中"),
                            ("filed", "届出済"),
                            ("received", "受理"),
                            ("returned", "返戻"),
                            ("withdrawn", "取下げ"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状態",
                    ),
                ),
                ("statement", models.JSONField(blank=True, default=dict, verbose_name="届け出ること")),
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="変更・廃止の日")),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="更新回数")),
                ("created_at", models.DateTimeField(verbose_name="作成日時")),
                ("is_on_paper", models.BooleanField(default=False, verbose_name="紙で届いた")),
                ("filed_at", models.DateTimeField(blank=True, null=True, verbose_name="届出日時")),
                ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="受理日時")),
                ("receipt_number", models.CharField(blank=True, max_length=30, verbose_name="受理番号")),
                ("return_reason", models.TextField(blank=True, verbose_name="返戻の理由")),
                ("needs_certification", models.BooleanField(default=False, verbose_name="変更認定が要る")),
                (
                    "application",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notification",
                        to="certification.application",
                        verbose_name="もとの変更の下書き",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="書いた人",
                    ),
                ),
                (
                    "filed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="届け出た人",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.municipality",
                        verbose_name="自治体",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notifications",
                        to="certification.plan",
                        verbose_name="計画",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="受理した人",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="certification.planversion",
                        verbose_name="計画の版",
                    ),
                ),
            ],
            options={
                "verbose_name": "届出・報告",
                "verbose_name_plural": "届出・報告",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="NotificationFiling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="何回目か")),
                ("statement", models.JSONField(blank=True, default=dict, verbose_name="届け出たこと")),
                ("changes", models.JSONField(blank=True, default=list, verbose_name="変わるところ")),
                ("is_on_paper", models.BooleanField(default=False, verbose_name="紙で届いた")),
                ("filed_at", models.DateTimeField(verbose_name="届出日時")),
                (
                    "filed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="届け出た人",
                    ),
                ),
                (
                    "notification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filings",
                        to="certification.notification",
                        verbose_name="届出・報告",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="certification.planversion",
                        verbose_name="計画の版",
                    ),
                ),
            ],
            options={
                "verbose_name": "届け出た内容",
                "verbose_name_plural": "届け出た内容",
                "ordering": ("notification", "number"),
            },
        ),
        migrations.CreateModel(
            name="PublicNotice",
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
                        choices=[("abolished", "廃止"), ("revoked", "取消し")],
                        max_length=10,
                        verbose_name="種類",
                    ),
                ),
                ("certified_number", models.CharField(max_length=40, verbose_name="認定番号")),
                ("parties", models.JSONField(default=list, verbose_name="事業者")),
                ("ended_on", models.DateField(verbose_name="廃止・取消しの日")),
                ("published_at", models.DateTimeField(verbose_name="公示日時")),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.municipality",
                        verbose_name="自治体",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="public_notices",
                        to="certification.plan",
                        verbose_name="計画",
                    ),
                ),
            ],
            options={
                "verbose_name": "公示",
                "verbose_name_plural": "公示",
                "ordering": ("-ended_on", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="ReportChase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="催促した日")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("phone", "電話"),
                            ("mail", "メール"),
                            ("letter", "文書"),
                            ("visit", "訪問・窓口"),
                        ],
                        max_length=8,
                        verbose_name="方法",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="記録日時")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="催促した人",
                    ),
                ),
                (
                    "notification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chases",
                        to="certification.notification",
                        verbose_name="定期報告",
                    ),
                ),
            ],
            options={
                "verbose_name": "定期報告の催促",
                "verbose_name_plural": "定期報告の催促",
                "ordering": ("notification", "on", "pk"),
            },
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("status", "filed")),
                fields=["municipality", "filed_at"],
                name="notification_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["municipality", "kind", "fiscal_year"], name="notification_reports"),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("fiscal_year__isnull", False), ("kind", "annual_report")),
                    models.Q(
                        models.Q(("kind", "annual_report"), _negated=True), ("fiscal_year__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="notification_report_has_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "annual_report")),
                fields=("plan", "fiscal_year"),
                name="notification_one_report_a_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("receipt_number", ""), ("received_at__isnull", True), ("received_by__isnull", True)
                    ),
                    models.Q(
                        ("received_at__isnull", False),
                        ("received_by__isnull", False),
                        models.Q(("receipt_number", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="notification_received_has_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "received"), _negated=True),
                    ("received_at__isnull", False),
                    _connector="OR",
                ),
                name="notification_received_is_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("filed_at__isnull", True), ("filed_by__isnull", True)),
                    models.Q(("filed_at__isnull", False), ("filed_by__isnull", False)),
                    _connector="OR",
                ),
                name="notification_filed_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationfiling",
            constraint=models.UniqueConstraint(
                fields=("notification", "number"), name="notification_filing_once"
            ),
        ),
        migrations.AddIndex(
            model_name="publicnotice",
            index=models.Index(fields=["-ended_on", "-id"], name="public_notice_newest"),
        ),
        migrations.AddConstraint(
            model_name="publicnotice",
            constraint=models.UniqueConstraint(fields=("plan",), name="public_notice_once"),
        ),
        append_only("certification_notificationfiling"),
        append_only("certification_reportchase"),
        append_only("certification_publicnotice"),
    ]
