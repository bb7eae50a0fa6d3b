"""Viewing, application and screening at a shop, with their days."""

from django.conf import settings
from django.db import migrations, models

from accounts.triggers import append_only, append_only_until, columns_kept_until

_OF_CASE = {"parent": "consultations_case", "key": "case_id", "column": "disposed_at"}
_SENT = (
    "key",
    "case_id",
    "shop_id",
    "reference",
    "card",
    "is_rare",
    "token_hash",
    "code_hash",
    "sent_at",
    "sent_by_id",
)


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0009_inquiry_counts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="shopinquiryevent",
            name="happened_on",
            field=models.DateField(
                blank=True, help_text="内見、申込、審査の日。", null=True, verbose_name="した日"
            ),
        ),
        migrations.AlterField(
            model_name="inquirycount",
            name="answer",
            field=models.CharField(blank=True, max_length=12, verbose_name="回答・すすみ"),
        ),
        migrations.AlterField(
            model_name="shopinquiry",
            name="state",
            field=models.CharField(
                choices=[
                    ("sent", "回答待ち"),
                    ("seen", "リンクが開かれた"),
                    ("answered_yes", "心当たりあり"),
                    ("answered_no", "該当なし"),
                    ("disclosed", "名前を伝えた"),
                    ("contracted", "成約"),
                    ("closed", "終了"),
                    ("expired", "期限切れ"),
                ],
                default="sent",
                max_length=12,
                verbose_name="状態",
            ),
        ),
        migrations.AlterField(
            model_name="shopinquiryevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sent", "問い合わせた"),
                    ("seen", "リンクが開かれた"),
                    ("answered_yes", "心当たりありと回答"),
                    ("answered_no", "該当なしと回答"),
                    ("disclosed", "名前と電話番号を伝えることにした"),
                    ("code_wrong", "確認の番号をまちがえた"),
                    ("contact_read", "店が名前と電話番号を見た"),
                    ("viewed", "内見した"),
                    ("applied", "申し込んだ"),
                    ("passed", "入居・保証の審査に通った"),
                    ("failed", "入居・保証の審査に通らなかった"),
                    ("contracted", "成約"),
                    ("closed", "終了"),
                    ("expired", "期限切れ"),
                ],
                max_length=12,
                verbose_name="種類",
            ),
        ),
        migrations.AddConstraint(
            model_name="shopinquiryevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("happened_on__isnull", False),
                        ("kind__in", ["viewed", "applied", "passed", "failed"]),
                    ),
                    models.Q(
                        models.Q(("kind__in", ["viewed", "applied", "passed", "failed"]), _negated=True),
                        ("happened_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="shop_inquiry_stage_has_day",
            ),
        ),
        # SQLite lost them when it rebuilt the tables.
        append_only("consultations_inquirycount"),
        columns_kept_until("consultations_shopinquiry", _SENT, **_OF_CASE),
        append_only_until("consultations_shopinquiryevent", **_OF_CASE),
    ]
