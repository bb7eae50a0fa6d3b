"""決裁の経路: routes with their steps, stamps, 後閲, absences. Stamps, 後閲 and steps are only ever added."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import append_only, frozen_when


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_council_officer"),
        ("certification", "0014_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                    ("stamp", "承認して次に回す"),
                    ("decide", "決裁する"),
                    ("return_proposal", "起案を戻す"),
                    ("withdraw", "取り下げる"),
                ],
                max_length=24,
                verbose_name="行為",
            ),
        ),
        migrations.CreateModel(
            name="ApprovalRoute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="公開用ID")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版")),
                (
                    "kinds",
                    models.JSONField(
                        default=list,
                        help_text="認定・不認定のどちらの起案に使うか。",
                        verbose_name="起案の内容",
                    ),
                ),
                (
                    "procedures",
                    models.JSONField(
                        blank=True, default=list, help_text="空なら、すべての手続です。", verbose_name="手続"
                    ),
                ),
                ("begun_at", models.DateTimeField(verbose_name="使い始めた日時")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="使い終えた日時")),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approval_routes",
                        to="accounts.municipality",
                        verbose_name="自治体",
                    ),
                ),
            ],
            options={
                "verbose_name": "決裁の経路",
                "verbose_name_plural": "決裁の経路",
                "ordering": ("municipality", "pk"),
            },
        ),
        migrations.AddField(
            model_name="proposal",
            name="route",
            field=models.ForeignKey(
                blank=True,
                help_text="起案したときの経路の版です。空なら、主管課の決裁者一人が決めます。",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="certification.approvalroute",
                verbose_name="決裁の経路",
            ),
        ),
        migrations.CreateModel(
            name="ApprovalStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(verbose_name="順番")),
                (
                    "kind",
                    models.CharField(
                        choices=[("agree", "合議"), ("decide", "決裁")], max_length=8, verbose_name="種類"
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=20, verbose_name="職名")),
                ("allows_deputy", models.BooleanField(default=False, verbose_name="代決を認める")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="課",
                    ),
                ),
                (
                    "route",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="certification.approvalroute",
                        verbose_name="経路",
                    ),
                ),
            ],
            options={
                "verbose_name": "決裁の段",
                "verbose_name_plural": "決裁の段",
                "ordering": ("route", "order", "pk"),
            },
        ),
        migrations.CreateModel(
            name="PostHolder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=20, verbose_name="職名")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="post_holders",
                        to="accounts.department",
                        verbose_name="課",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="就いている人",
                    ),
                ),
            ],
            options={
                "verbose_name": "職に就いている人",
                "verbose_name_plural": "職に就いている人",
                "ordering": ("department", "title", "pk"),
            },
        ),
        migrations.CreateModel(
            name="ProposalStamp",
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
                        choices=[("agree", "合議"), ("decide", "決裁"), ("deputy", "代決")],
                        max_length=8,
                        verbose_name="種類",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="日時")),
                ("comment", models.TextField(blank=True, verbose_name="意見")),
                ("signed_hash", models.CharField(max_length=64, verbose_name="承認した内容の指紋")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="承認した人",
                    ),
                ),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代わった相手",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stamps",
                        to="certification.proposal",
                        verbose_name="起案",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="certification.approvalstep",
                        verbose_name="段",
                    ),
                ),
            ],
            options={
                "verbose_name": "決裁の印",
                "verbose_name_plural": "決裁の印",
                "ordering": ("proposal", "pk"),
            },
        ),
        migrations.CreateModel(
            name="StampConfirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="日時")),
                ("comment", models.TextField(blank=True, verbose_name="意見")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="後閲した人",
                    ),
                ),
                (
                    "stamp",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmation",
                        to="certification.proposalstamp",
                        verbose_name="代決の印",
                    ),
                ),
            ],
            options={
                "verbose_name": "後閲",
                "verbose_name_plural": "後閲",
            },
        ),
        migrations.CreateModel(
            name="StepArrival",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=20, verbose_name="職名")),
                ("is_waiting", models.BooleanField(default=True, verbose_name="番が来ている")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="step_arrivals",
                        to="certification.application",
                        verbose_name="申請",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="課",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="certification.proposal",
                        verbose_name="起案",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="certification.approvalstep",
                        verbose_name="段",
                    ),
                ),
            ],
            options={
                "verbose_name": "段への到着",
                "verbose_name_plural": "段への到着",
            },
        ),
        migrations.CreateModel(
            name="Absence",
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
                ("from_on", models.DateField(verbose_name="不在の初日")),
                ("until", models.DateField(verbose_name="不在の末日")),
                ("registered_at", models.DateTimeField(verbose_name="登録日時")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="取り消した日時")),
                (
                    "deputy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代決する人",
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
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登録した人",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="不在の人",
                    ),
                ),
            ],
            options={
                "verbose_name": "不在",
                "verbose_name_plural": "不在",
                "ordering": ("-from_on", "-pk"),
                "indexes": [models.Index(fields=["deputy", "until"], name="absence_of_deputy")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("from_on"))),
                        name="absence_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deputy", models.F("user")), _negated=True),
                        name="absence_deputy_is_another",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="approvalroute",
            constraint=models.UniqueConstraint(
                fields=("public_id", "version"), name="approval_route_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalroute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("public_id",),
                name="approval_route_one_in_use",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalstep",
            constraint=models.UniqueConstraint(
                fields=("route", "department", "title"), name="approval_step_post_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "decide"), _negated=True),
                    models.Q(("title", ""), _negated=True),
                    _connector="OR",
                ),
                name="approval_step_decides_by_post",
            ),
        ),
        migrations.AddConstraint(
            model_name="postholder",
            constraint=models.UniqueConstraint(
                fields=("department", "title", "user"), name="post_holder_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposalstamp",
            constraint=models.UniqueConstraint(fields=("proposal", "step"), name="proposal_stamp_step_once"),
        ),
        migrations.AddConstraint(
            model_name="proposalstamp",
            constraint=models.UniqueConstraint(fields=("proposal", "by"), name="proposal_stamp_person_once"),
        ),
        migrations.AddConstraint(
            model_name="proposalstamp",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "deputy"), ("on_behalf_of__isnull", False)),
                    models.Q(models.Q(("kind", "deputy"), _negated=True), ("on_behalf_of__isnull", True)),
                    _connector="OR",
                ),
                name="proposal_stamp_deputy_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposalstamp",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("on_behalf_of__isnull", True),
                    models.Q(("on_behalf_of", models.F("by")), _negated=True),
                    _connector="OR",
                ),
                name="proposal_stamp_deputy_is_another",
            ),
        ),
        migrations.AddIndex(
            model_name="steparrival",
            index=models.Index(fields=["application", "department"], name="step_arrival_opens"),
        ),
        migrations.AddIndex(
            model_name="steparrival",
            index=models.Index(
                condition=models.Q(("is_waiting", True)),
                fields=["department", "application"],
                name="step_arrival_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="steparrival",
            constraint=models.UniqueConstraint(fields=("proposal", "step"), name="step_arrival_once"),
        ),
        append_only("certification_proposalstamp"),
        append_only("certification_stampconfirmation"),
        append_only("certification_approvalstep"),
        frozen_when("certification_approvalroute", "ended_at"),
    ]
