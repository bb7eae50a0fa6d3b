"""Kept filters, deputies, internal notes: tables of their own. Notes are only ever added. Addresses become found as 3-1-5."""

import re
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import append_only

BETWEEN_FIGURES = re.compile(r"(?<=[0-9])(?:丁目|番地の?|番|号|の)(?=[0-9]|$)")


def add_short_addresses(apps, schema_editor):
    """What `services.derived.copy_names` writes from now on, for the cases there are."""
    cases = apps.get_model("certification", "Application").objects.exclude(search_text="")
    for case in cases.only("search_text").iterator(chunk_size=1_000):
        keys = case.search_text.split(" ")
        short = [BETWEEN_FIGURES.sub("", key) for key in keys]
        new = [key for key in dict.fromkeys(short) if key not in keys]
        if new:
            case.search_text = " ".join([*keys, *new])
            case.save(update_fields=["search_text"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_notice_address"),
        ("certification", "0019_choices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="公開用ID"
                    ),
                ),
                (
                    "author_post",
                    models.CharField(blank=True, max_length=200, verbose_name="書いたときの所属"),
                ),
                ("text", models.TextField(verbose_name="メモ")),
                ("written_at", models.DateTimeField(verbose_name="日時")),
                (
                    "key",
                    models.UUIDField(
                        help_text="二度押しても一つのメモにします。", unique=True, verbose_name="フォームの鍵"
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="certification.application",
                        verbose_name="申請",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="書いた人",
                    ),
                ),
            ],
            options={
                "verbose_name": "内部メモ",
                "verbose_name_plural": "内部メモ",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="Deputy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="公開用ID"
                    ),
                ),
                ("from_on", models.DateField(verbose_name="初日")),
                ("until", models.DateField(verbose_name="末日")),
                ("named_at", models.DateTimeField(verbose_name="決めた日時")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="取り消した日時")),
                (
                    "deputy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代理の人",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.municipality",
                        verbose_name="自治体",
                    ),
                ),
                (
                    "named_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="決めた人",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="休む人",
                    ),
                ),
            ],
            options={
                "verbose_name": "代理",
                "verbose_name_plural": "代理",
                "ordering": ("-from_on", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="NoteMention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mentions",
                        to="certification.casenote",
                        verbose_name="メモ",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="呼ばれた人",
                    ),
                ),
            ],
            options={
                "verbose_name": "メモで呼ばれた人",
                "verbose_name_plural": "メモで呼ばれた人",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="公開用ID"
                    ),
                ),
                ("name", models.CharField(max_length=30, verbose_name="名前")),
                (
                    "conditions",
                    models.JSONField(
                        default=dict,
                        help_text="受付箱の条件の名前と値。さがすことばは残しません。",
                        verbose_name="条件",
                    ),
                ),
                ("is_default", models.BooleanField(default=False, verbose_name="はじめに開く")),
                ("saved_at", models.DateTimeField(verbose_name="保存した日時")),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="一緒に使う課",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_filters",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="保存した人",
                    ),
                ),
            ],
            options={
                "verbose_name": "保存した絞り込み",
                "verbose_name_plural": "保存した絞り込み",
                "ordering": ("pk",),
            },
        ),
        migrations.AddIndex(
            model_name="casenote",
            index=models.Index(fields=["application", "-id"], name="case_note_of_case"),
        ),
        migrations.AddIndex(
            model_name="deputy",
            index=models.Index(fields=["deputy", "until"], name="deputy_of_deputy"),
        ),
        migrations.AddIndex(
            model_name="deputy",
            index=models.Index(fields=["user", "until"], name="deputy_of_user"),
        ),
        migrations.AddConstraint(
            model_name="deputy",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("from_on"))), name="deputy_ends_after_it_begins"
            ),
        ),
        migrations.AddConstraint(
            model_name="deputy",
            constraint=models.CheckConstraint(
                condition=models.Q(("deputy", models.F("user")), _negated=True), name="deputy_is_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="notemention",
            constraint=models.UniqueConstraint(fields=("note", "user"), name="note_mention_once"),
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="saved_filter_name_once"),
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)), fields=("owner",), name="saved_filter_one_default"
            ),
        ),
        append_only("certification_casenote"),
        append_only("certification_notemention"),
        migrations.RunPython(add_short_addresses, migrations.RunPython.noop, elidable=True),
    ]
