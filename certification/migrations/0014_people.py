"""People of operators in roles, invitations, joint applicants and their consent; a consent is never changed."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_notice_address"),
        ("certification", "0013_section_draft"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="operatoruser",
            name="role",
            field=models.CharField(
                choices=[("manager", "管理者"), ("writer", "作成者"), ("viewer", "閲覧")],
                default="manager",
                max_length=8,
                verbose_name="役割",
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
                    ("confirm", "共同申請の内容に同意する"),
                    ("resubmit", "補正して再申請する"),
                    ("propose_certify", "認定で起案する"),
                    ("propose_refuse", "不認定で起案する"),
                    ("decide", "決裁する"),
                    ("return_proposal", "起案を戻す"),
                    ("withdraw", "取り下げる"),
                ],
                max_length=24,
                verbose_name="行為",
            ),
        ),
        migrations.CreateModel(
            name="OperatorInvitation",
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
                            ("member", "事業者の担当者として"),
                            ("operator", "新しい事業者として"),
                            ("partner", "共同申請者として"),
                        ],
                        max_length=8,
                        verbose_name="招待の種類",
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="宛先")),
                ("operator_name", models.CharField(max_length=120, verbose_name="事業者の名称")),
                (
                    "role",
                    models.CharField(
                        choices=[("manager", "管理者"), ("writer", "作成者"), ("viewer", "閲覧")],
                        default="manager",
                        max_length=8,
                        verbose_name="役割",
                    ),
                ),
                ("invited_at", models.DateTimeField(verbose_name="招いた日時")),
                ("expires_at", models.DateTimeField(verbose_name="期限")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="手続をした日時")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="取り消した日時")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="手続をした人",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="招いた人",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operator_invitations",
                        to="accounts.municipality",
                        verbose_name="招いた自治体",
                    ),
                ),
                (
                    "notice",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operator_invitation",
                        to="accounts.notice",
                        verbose_name="送ったお知らせ",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="certification.operator",
                        verbose_name="事業者",
                    ),
                ),
            ],
            options={
                "verbose_name": "招待",
                "verbose_name_plural": "招待",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="InvitationLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True, verbose_name="合い言葉の指紋")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="作成日時")),
                (
                    "invitation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="certification.operatorinvitation",
                        verbose_name="招待",
                    ),
                ),
            ],
            options={
                "verbose_name": "招待のリンク",
                "verbose_name_plural": "招待のリンク",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="PlanPartner",
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
                ("name", models.CharField(max_length=120, verbose_name="招いたときの名称")),
                ("may_write", models.BooleanField(default=False, verbose_name="援助の部分を書ける")),
                ("named_at", models.DateTimeField(verbose_name="招いた日時")),
                ("joined_at", models.DateTimeField(blank=True, null=True, verbose_name="加わった日時")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="外れた日時")),
                (
                    "named_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="招いた人",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partnerships",
                        to="certification.operator",
                        verbose_name="共同で申請する事業者",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partners",
                        to="certification.plan",
                        verbose_name="計画",
                    ),
                ),
            ],
            options={
                "verbose_name": "共同申請者",
                "verbose_name_plural": "共同申請者",
                "ordering": ("plan", "pk"),
            },
        ),
        migrations.CreateModel(
            name="PartnerConfirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content_hash", models.CharField(max_length=64, verbose_name="内容の指紋")),
                ("confirmed_at", models.DateTimeField(verbose_name="同意した日時")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="同意した人",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="certification.planpartner",
                        verbose_name="共同申請者",
                    ),
                ),
            ],
            options={
                "verbose_name": "共同申請者の同意",
                "verbose_name_plural": "共同申請者の同意",
                "ordering": ("pk",),
            },
        ),
        migrations.AddField(
            model_name="operatorinvitation",
            name="partner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitations",
                to="certification.planpartner",
                verbose_name="共同申請者",
            ),
        ),
        migrations.AddConstraint(
            model_name="planpartner",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("plan",), name="plan_one_partner"
            ),
        ),
        migrations.AddConstraint(
            model_name="planpartner",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("joined_at__isnull", True), ("operator__isnull", True)),
                    models.Q(("joined_at__isnull", False), ("operator__isnull", False)),
                    _connector="OR",
                ),
                name="partner_joined_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerconfirmation",
            constraint=models.UniqueConstraint(
                fields=("partner", "content_hash"), name="partner_confirms_once"
            ),
        ),
        migrations.AddIndex(
            model_name="operatorinvitation",
            index=models.Index(fields=["municipality", "-id"], name="operator_invited_by_city"),
        ),
        migrations.AddConstraint(
            model_name="operatorinvitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                    models.Q(
                        ("accepted_at__isnull", False),
                        ("accepted_by__isnull", False),
                        ("withdrawn_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="operator_invitation_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="operatorinvitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "member"), ("operator__isnull", False), ("partner__isnull", True)),
                    models.Q(
                        ("kind", "operator"), ("municipality__isnull", False), ("partner__isnull", True)
                    ),
                    models.Q(("kind", "partner"), ("partner__isnull", False)),
                    _connector="OR",
                ),
                name="operator_invitation_fits_kind",
            ),
        ),
        append_only("certification_partnerconfirmation"),
    ]
