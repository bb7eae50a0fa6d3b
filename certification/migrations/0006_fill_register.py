"""Plans certified before the list existed enter it, with nothing agreed yet."""

from django.db import migrations
from django.utils import timezone


def fill(apps, schema_editor):
    application = apps.get_model("certification", "Application")
    entry = apps.get_model("certification", "RegisterEntry")
    certified = application.objects.filter(state="certified", plan__status="certified").order_by("pk")
    # The latest certified application of a plan says which version stands.
    versions = dict(certified.values_list("plan_id", "current_version_id"))
    known = set(entry.objects.values_list("plan_id", flat=True))
    now = timezone.now()
    entry.objects.bulk_create(
        [
            entry(plan_id=plan, version_id=version, revision=1, changed_at=now)
            for plan, version in versions.items()
            if plan not in known
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = (("certification", "0005_register_entry"),)

    operations = (migrations.RunPython(fill, migrations.RunPython.noop),)
