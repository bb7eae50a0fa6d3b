"""Records of a case are only ever added; they go with the whole case when its retention has ended."""

from django.db import migrations

from accounts.triggers import append_only, append_only_until


def kept(table):
    return append_only_until(table, parent="consultations_case", key="case_id", column="disposed_at")


class Migration(migrations.Migration):
    dependencies = [("consultations", "0001_initial")]

    operations = [
        append_only("consultations_caseevent"),
        kept("consultations_contact"),
        kept("consultations_consentevent"),
        kept("consultations_caseopening"),
    ]
