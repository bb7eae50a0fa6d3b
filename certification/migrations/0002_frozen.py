"""What the database itself refuses: changing a frozen version, or a letter that went out."""

from django.db import migrations

from accounts.triggers import append_only, frozen_when


class Migration(migrations.Migration):
    dependencies = (("certification", "0001_initial"),)

    operations = (
        frozen_when("certification_planversion", "frozen_at"),
        frozen_when("certification_reviewtable", "published_at"),
        append_only("certification_letter"),
        append_only("certification_clockevent"),
    )
