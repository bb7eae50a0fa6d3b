"""Events and seals of the audit trail are only ever added."""

from django.db import migrations

from accounts.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [append_only("accounts_auditevent"), append_only("accounts_auditseal")]
