"""The index of the public search, in each database's own form; councils/search.py says what is in it.

No foreign key: rows are written and removed together with their entries, and a table that Django does not know of
must not stand in the way of emptying those it knows. `find` never shows a row whose entry is gone.
"""

from django.db import migrations

FORWARDS = {
    "postgresql": (
        "CREATE TABLE councils_directoryindex "
        "(entry_id bigint PRIMARY KEY, rank integer NOT NULL, grams integer[] NOT NULL)",
        # Only a short list of rows may wait to be sorted into the index: every search reads all of that list.
        "CREATE INDEX councils_directoryindex_grams ON councils_directoryindex "
        "USING gin (grams) WITH (gin_pending_list_limit = 256)",
        # What half of all entries have is found by walking down the ranks, not by collecting fifty thousand.
        "CREATE INDEX councils_directoryindex_rank ON councils_directoryindex (rank, entry_id)",
    ),
    "sqlite": (
        "CREATE TABLE councils_directoryindex (entry_id integer PRIMARY KEY, rank integer NOT NULL)",
        "CREATE VIRTUAL TABLE councils_directorygrams USING fts5(grams, detail = none, tokenize = 'ascii')",
    ),
}
BACKWARDS = {
    "postgresql": ("DROP TABLE councils_directoryindex",),
    "sqlite": ("DROP TABLE councils_directorygrams", "DROP TABLE councils_directoryindex"),
}


def _run(statements):
    def run(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("councils", "0001_initial")]
    operations = [migrations.RunPython(_run(FORWARDS), _run(BACKWARDS))]
