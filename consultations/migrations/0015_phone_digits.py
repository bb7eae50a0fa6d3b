"""Digits of the telephone in a column of their own: whoever opens a case asks who else has this number."""

from django.db import migrations, models

from japan.folding import fold

BATCH = 2_000


def fill(apps, schema_editor):
    cases = apps.get_model("consultations", "Case").objects
    rows = []
    for case in cases.exclude(phone="").only("pk", "phone").iterator(chunk_size=BATCH):
        case.phone_digits = "".join(sign for sign in fold(case.phone) if sign.isdigit())[:20] or None
        rows.append(case)
        if len(rows) == BATCH:
            cases.bulk_update(rows, ["phone_digits"])
            rows = []
    cases.bulk_update(rows, ["phone_digits"])


class Migration(migrations.Migration):
    dependencies = [("consultations", "0014_told")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="phone_digits",
            field=models.CharField(
                blank=True, editable=False, max_length=20, null=True, verbose_name="電話番号の数字"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["council", "phone_digits"], name="case_of_council_by_phone"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["council", "birth_date"], name="case_of_council_by_birth"),
        ),
    ]
