"""監督: tips, measures, what happened in them, findings and files; what is decided is kept. New tables only."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import append_only, columns_frozen_when, frozen_when


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_council_officer"),
        ("certification", "0017_notifications"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Measure",
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
                            ("report", "報告徴収"),
                            ("inspection", "立入検査"),
                            ("guidance", "指導"),
                            ("order", "改善命令"),
                            ("revocation", "取消し"),
                        ],
                        max_length=12,
                        verbose_name="種別",
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("draft", "起案中"),
                            ("deciding", "決裁待ち"),
                            ("approved", "決裁済み"),
                            ("notified", "通知済み"),
                            ("reported", "報告あり"),
                            ("carried_out", "実施済み"),
                            ("resulted", "結果まとめ済み"),
                            ("guided", "改善待ち"),
                            ("explaining", "弁明の期間中"),
                            ("hearing", "聴聞の通知済み"),
                            ("heard_out", "聴聞を終えた"),
                            ("heard", "意見を聴いた"),
                            ("ordered", "命令中"),
                            ("revoked", "取り消した"),
                            ("closed", "終了"),
                        ],
                        default="draft",
                        max_length=14,
                        verbose_name="状態",
                    ),
                ),
                ("basis", models.CharField(max_length=60, verbose_name="根拠条項")),
                ("grounds", models.JSONField(blank=True, default=list, verbose_name="根拠")),
                ("facts", models.TextField(verbose_name="原因となる事実")),
                ("demand", models.TextField(verbose_name="求めること")),
                ("reasons", models.TextField(blank=True, verbose_name="決裁を求める理由")),
                (
                    "way",
                    models.CharField(
                        blank=True,
                        choices=[("oral", "口頭"), ("written", "文書")],
                        max_length=8,
                        verbose_name="指導の方法",
                    ),
                ),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="場所・提出先")),
                ("inspectors", models.JSONField(blank=True, default=list, verbose_name="検査する職員")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="期限・期日")),
                ("drafted_at", models.DateTimeField(verbose_name="起案日時")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="決裁日時")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("done", "確認して終了"),
                            ("met", "改善した"),
                            ("unmet", "期限までになかった"),
                            ("revoked", "取り消した"),
                            ("dropped", "取りやめた"),
                        ],
                        max_length=8,
                        verbose_name="結果",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="終了日時")),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="更新回数")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="決裁者",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="起案者",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="certification.plan",
                        verbose_name="計画",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="決裁に回した人",
                    ),
                ),
            ],
            options={
                "verbose_name": "監督の措置",
                "verbose_name_plural": "監督の措置",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="MeasureEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(editable=False, unique=True, verbose_name="フォームの鍵")),
                (
                    "act",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("propose", "決裁に回す"),
                            ("approve", "決裁する"),
                            ("send_back", "起案を戻す"),
                            ("notify", "通知する"),
                            ("receive", "報告を受ける"),
                            ("carry_out", "実施を記録する"),
                            ("record_findings", "確認した結果を書く"),
                            ("conclude", "結果をまとめる"),
                            ("guide", "指導する"),
                            ("give_chance", "弁明の機会を与える"),
                            ("receive_explanation", "弁明書を受ける"),
                            ("no_explanation", "弁明なしとして進む"),
                            ("call_hearing", "聴聞を通知する"),
                            ("hold_hearing", "聴聞の実施を記録する"),
                            ("receive_records", "聴聞調書と報告書を受ける"),
                            ("confirm", "改善を確かめた"),
                            ("close", "終了する"),
                            ("close_unmet", "期限までになかったとして終了する"),
                            ("publish", "公示を記録する"),
                            ("drop", "取りやめる"),
                        ],
                        max_length=20,
                        verbose_name="したこと",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="記録日時")),
                ("happened_on", models.DateField(blank=True, null=True, verbose_name="行った日")),
                ("text", models.TextField(blank=True, verbose_name="内容")),
                ("is_told", models.BooleanField(default=False, verbose_name="事業者に知らせた")),
                ("told", models.TextField(blank=True, verbose_name="事業者に知らせた内容")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="知らせた期限")),
                (
                    "letter",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("report_demand", "報告徴収通知書"),
                            ("inspection_notice", "立入検査通知書"),
                            ("guidance", "改善のお願い"),
                            ("explanation_notice", "弁明の機会の付与通知書"),
                            ("hearing_notice", "聴聞通知書"),
                            ("improvement_order", "改善命令書"),
                            ("revocation_notice", "認定取消通知書"),
                        ],
                        max_length=20,
                        verbose_name="文書",
                    ),
                ),
                (
                    "letter_fields",
                    models.JSONField(blank=True, default=dict, verbose_name="文書に載せる事項"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="記録した人",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="certification.measure",
                        verbose_name="措置",
                    ),
                ),
            ],
            options={
                "verbose_name": "措置の経過",
                "verbose_name_plural": "措置の経過",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="Tip",
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
                ("about", models.CharField(blank=True, max_length=200, verbose_name="何についてか")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("complaint", "苦情"),
                            ("tip", "通報"),
                            ("fire_order", "消防法に基づく命令"),
                            ("building_order", "建築基準法に基づく命令"),
                            ("other_law", "その他の法令による命令・指導"),
                        ],
                        max_length=16,
                        verbose_name="種別",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("phone", "電話"),
                            ("visit", "来庁"),
                            ("letter", "手紙"),
                            ("mail", "メール"),
                            ("office", "ほかの機関から"),
                            ("other", "その他"),
                        ],
                        max_length=8,
                        verbose_name="方法",
                    ),
                ),
                ("received_on", models.DateField(verbose_name="受けた日")),
                ("informant", models.CharField(blank=True, max_length=200, verbose_name="通報した方")),
                ("content", models.TextField(verbose_name="内容")),
                ("recorded_at", models.DateTimeField(verbose_name="記録日時")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="対応を終えた日")),
                ("answer", models.TextField(blank=True, verbose_name="対応の結果")),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="更新回数")),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tips",
                        to="certification.plan",
                        verbose_name="計画",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="受けた人",
                    ),
                ),
            ],
            options={
                "verbose_name": "苦情・通報",
                "verbose_name_plural": "苦情・通報",
                "ordering": ("-received_on", "-pk"),
            },
        ),
        migrations.AddField(
            model_name="measure",
            name="tip",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="measures",
                to="certification.tip",
                verbose_name="きっかけの通報",
            ),
        ),
        migrations.CreateModel(
            name="InspectionFinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="番号")),
                ("basis", models.CharField(max_length=20, verbose_name="根拠条項")),
                ("subject", models.CharField(max_length=120, verbose_name="確かめること")),
                ("unit", models.CharField(blank=True, max_length=40, verbose_name="部屋")),
                (
                    "consent",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_needed", "入居者のいない場所"),
                            ("given", "承諾あり"),
                            ("refused", "承諾なし"),
                            ("absent", "不在"),
                        ],
                        max_length=10,
                        verbose_name="入居者の承諾",
                    ),
                ),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[("fit", "適"), ("unfit", "不適"), ("unseen", "確認できず")],
                        max_length=6,
                        verbose_name="結果",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="所見")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="確定日時")),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="certification.measure",
                        verbose_name="立入検査",
                    ),
                ),
            ],
            options={
                "verbose_name": "立入検査の結果",
                "verbose_name_plural": "立入検査の結果",
                "ordering": ("measure", "number"),
                "constraints": [
                    models.UniqueConstraint(fields=("measure", "number"), name="finding_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("consent__in", ("refused", "absent")), _negated=True),
                            ("finding__in", ("", "unseen")),
                            _connector="OR",
                        ),
                        name="finding_only_with_consent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeasureFile",
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
                ("label", models.CharField(max_length=120, verbose_name="何の写真・書類か")),
                ("original_name", models.CharField(max_length=255, verbose_name="元のファイル名")),
                ("stored_name", models.CharField(max_length=80, verbose_name="保管名")),
                ("content_type", models.CharField(max_length=80, verbose_name="形式")),
                ("size", models.PositiveIntegerField(verbose_name="大きさ(バイト)")),
                ("pages", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="ページ数")),
                ("sha256", models.CharField(max_length=64, verbose_name="指紋")),
                ("uploaded_at", models.DateTimeField(verbose_name="添付日時")),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="certification.measure",
                        verbose_name="措置",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="添付した人",
                    ),
                ),
            ],
            options={
                "verbose_name": "措置の写真・書類",
                "verbose_name_plural": "措置の写真・書類",
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=("measure", "sha256"), name="measure_file_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="tip",
            index=models.Index(
                condition=models.Q(("closed_on__isnull", True)),
                fields=["municipality", "-received_on"],
                name="tip_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="tip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("plan__isnull", False), models.Q(("about", ""), _negated=True), _connector="OR"
                ),
                name="tip_is_about_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="tip",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_on__isnull", True), models.Q(("answer", ""), _negated=True), _connector="OR"
                ),
                name="tip_closed_has_answer",
            ),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["plan", "due_on"],
                name="measure_open_by_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="measure_decided_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        ("step", "closed"),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("step", "closed"), _negated=True),
                        ("closed_at__isnull", True),
                        ("outcome", ""),
                    ),
                    _connector="OR",
                ),
                name="measure_closed_has_outcome",
            ),
        ),
        # After the constraints: on SQLite they make the tables anew, and triggers would be lost.
        append_only("certification_measureevent"),
        append_only("certification_measurefile"),
        frozen_when("certification_inspectionfinding", "confirmed_at"),
        frozen_when("certification_measure", "closed_at"),
        columns_frozen_when(
            "certification_measure",
            "decided_at",
            (
                *("plan_id", "kind", "basis", "grounds", "facts", "demand", "reasons", "due_on"),
                *("drafted_by_id", "drafted_at", "proposed_by_id", "decided_by_id", "decided_at"),
            ),
        ),
    ]
