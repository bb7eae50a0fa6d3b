"""How many shops were asked stays when a case is disposed of."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0008_conferences"),
    ]

    operations = [
        migrations.CreateModel(
            name="InquiryCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="月(1日)")),
                ("answer", models.CharField(blank=True, max_length=12, verbose_name="回答")),
                ("number", models.PositiveIntegerField(verbose_name="件数")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inquiry_counts",
                        to="consultations.case",
                        verbose_name="相談",
                    ),
                ),
            ],
            options={
                "verbose_name": "店への問合せの数",
                "verbose_name_plural": "店への問合せの数",
                "ordering": ("month",),
                "constraints": [
                    models.UniqueConstraint(fields=("case", "month", "answer"), name="inquiry_count_once")
                ],
            },
        ),
        append_only("consultations_inquirycount"),
    ]
