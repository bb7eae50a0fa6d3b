"""A notice may go to an address instead of a person: an invitation to somebody who is no user yet."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_council_officer"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="address",
            field=models.EmailField(
                blank=True,
                help_text="利用者でない方への招待だけに使います。利用者には受取人を入れます。",
                max_length=254,
                verbose_name="宛先",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="link",
            field=models.CharField(
                choices=[("page", "開くページ"), ("password", "パスワードの設定"), ("invite", "招待")],
                default="page",
                help_text="パスワードの設定と招待のリンクは送るときに作り、どこにも残しません。",
                max_length=8,
                verbose_name="メールに載せるリンク",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="recipient",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to=settings.AUTH_USER_MODEL,
                verbose_name="受取人",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("address", ""), ("recipient__isnull", False)),
                    models.Q(("recipient__isnull", True), models.Q(("address", ""), _negated=True)),
                    _connector="OR",
                ),
                name="notice_goes_to_one",
            ),
        ),
    ]
