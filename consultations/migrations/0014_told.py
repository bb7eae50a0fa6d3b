"""What agencies answered and how it went after moving in is counted as well, also of cases that were disposed of."""

from django.db import migrations, models

from accounts.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0013_files"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="inquirycount",
            options={
                "ordering": ("month",),
                "verbose_name": "店や機関とのやりとりの数",
                "verbose_name_plural": "店や機関とのやりとりの数",
            },
        ),
        migrations.RemoveConstraint(
            model_name="inquirycount",
            name="inquiry_count_once",
        ),
        migrations.AddField(
            model_name="inquirycount",
            name="told",
            field=models.CharField(
                choices=[
                    ("asked", "店への問合せ"),
                    ("stage", "店とのすすみ"),
                    ("referred", "関係機関への紹介"),
                    ("followed", "入居後の確認"),
                ],
                default="asked",
                max_length=8,
                verbose_name="何を",
            ),
        ),
        migrations.AlterField(
            model_name="inquirycount",
            name="answer",
            field=models.CharField(blank=True, max_length=12, verbose_name="回答"),
        ),
        migrations.AddConstraint(
            model_name="inquirycount",
            constraint=models.UniqueConstraint(
                fields=("case", "month", "told", "answer"), name="inquiry_count_once"
            ),
        ),
        # SQLite lost it when it rebuilt the table.
        append_only("consultations_inquirycount"),
    ]
