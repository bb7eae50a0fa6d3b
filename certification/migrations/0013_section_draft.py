"""What is typed on the page of a section and not saved yet: a table of its own, so that no trigger is lost."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SECTIONS = [
    ("parties", "事業を行う者"),
    ("buildings", "住宅と住戸"),
    ("lease", "家賃その他賃貸の条件"),
    ("acceptance", "受け入れる方の範囲"),
    ("support", "居住安定援助の内容"),
    ("price", "援助の対価"),
    ("contact", "入居の問合せ先"),
    ("pledges", "誓約"),
]


class Migration(migrations.Migration):
    dependencies = (
        ("certification", "0012_letters_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.CreateModel(
            name="SectionDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "section",
                    models.CharField(choices=SECTIONS, max_length=20, verbose_name="計画の部分"),
                ),
                ("row", models.CharField(blank=True, max_length=40, verbose_name="行")),
                ("fields", models.JSONField(default=dict, verbose_name="書きかけの内容")),
                ("saved_at", models.DateTimeField(verbose_name="保存日時")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="書いた人",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="section_drafts",
                        to="certification.planversion",
                        verbose_name="版",
                    ),
                ),
            ],
            options={
                "verbose_name": "書きかけ",
                "verbose_name_plural": "書きかけ",
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "user", "section", "row"), name="section_draft_once_per_writer"
                    )
                ],
            },
        ),
    )
