"""A notice may carry the link by which a shop or an agency answers; it is made when the mail is sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_notice_address"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="link",
            field=models.CharField(
                choices=[
                    ("page", "開くページ"),
                    ("password", "パスワードの設定"),
                    ("invite", "招待"),
                    ("shop", "店への問合せ"),
                    ("referral", "関係機関への紹介"),
                ],
                default="page",
                help_text="パスワードの設定と招待のリンクは送るときに作り、どこにも残しません。",
                max_length=8,
                verbose_name="メールに載せるリンク",
            ),
        ),
    ]
