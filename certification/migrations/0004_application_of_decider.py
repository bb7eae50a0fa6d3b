"""What waits for deciders, counted without looking at anything else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("certification", "0003_published_rows"),)

    operations = (
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("turn", "decider")),
                fields=["lead_department", "due_on", "id"],
                name="application_of_decider",
            ),
        ),
    )
