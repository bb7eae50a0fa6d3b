"""照会, and what the database refuses: changing what was asked once it was sent, and what was answered once it was kept."""

import uuid
from collections.abc import Iterator

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

INQUIRY = "certification_inquiry"
SUBJECT = "certification_inquirysubject"
ASKED = (
    "application_id",
    "kind",
    "addressee",
    "question",
    "ground",
    "orders",
    "due_on",
    "sent_on",
    "sent_how",
    "letter_id",
)
ANSWERED = ("answered_on", "answerer", "finding", "answers", "answer_text", "recorded_by_id", "recorded_at")


def _changed(columns: tuple[str, ...]) -> str:
    return "(" + " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns) + ")"


TRIGGERS = {
    f"{INQUIRY}_asked": (INQUIRY, "UPDATE", f"OLD.sent_on IS NOT NULL AND {_changed(ASKED)}"),
    f"{INQUIRY}_answered": (INQUIRY, "UPDATE", f"OLD.answered_on IS NOT NULL AND {_changed(ANSWERED)}"),
    f"{INQUIRY}_opened": (
        INQUIRY,
        "UPDATE",
        "OLD.restricted AND NOT NEW.restricted AND OLD.sent_on IS NOT NULL",
    ),
    f"{INQUIRY}_kept": (INQUIRY, "DELETE", "OLD.sent_on IS NOT NULL"),
}
"""Name → (table, verb, when). A restriction may be lifted of a draft only."""

WORDS = "what was asked or answered in an inquiry never changes"


SUBJECT_ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def _sent(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM {INQUIRY} WHERE id = {row}.inquiry_id AND sent_on IS NOT NULL)"  # noqa: S608


def put_in_place(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _sqlite() if schema_editor.connection.vendor == "sqlite" else _postgresql():
        schema_editor.execute(statement)


def _sqlite() -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    for name, (table, verb, when) in TRIGGERS.items():
        # SQLite before 3.39 has no IS DISTINCT FROM; its IS NOT says the same.
        when = when.replace("IS DISTINCT FROM", "IS NOT")
        yield f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when} {refuse}"
    for verb, rows in SUBJECT_ROWS.items():
        when = " OR ".join(_sent(row) for row in rows)
        yield f"CREATE TRIGGER {SUBJECT}_{verb.lower()} BEFORE {verb} ON {SUBJECT} WHEN {when} {refuse}"


def _postgresql() -> Iterator[str]:
    refuse = f"RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'restrict_violation';"
    yield f"CREATE FUNCTION {INQUIRY}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse} END $$"
    for name, (table, verb, when) in TRIGGERS.items():
        yield (
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) "
            f"EXECUTE FUNCTION {INQUIRY}_refuse()"
        )
    checks = "".join(
        f"IF TG_OP IN ({verbs}) THEN IF {_sent(row)} THEN {refuse} END IF; END IF; "
        for row, verbs in (("OLD", "'UPDATE', 'DELETE'"), ("NEW", "'INSERT', 'UPDATE'"))
    )
    yield (
        f"CREATE FUNCTION {SUBJECT}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {checks} IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    yield (
        f"CREATE TRIGGER {SUBJECT}_kept BEFORE INSERT OR UPDATE OR DELETE ON {SUBJECT} "
        f"FOR EACH ROW EXECUTE FUNCTION {SUBJECT}_refuse()"
    )


def take_away(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        names = [*TRIGGERS, *(f"{SUBJECT}_{verb.lower()}" for verb in SUBJECT_ROWS)]
        for name in names:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        return
    for name, (table, _, _) in TRIGGERS.items():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {SUBJECT}_kept ON {SUBJECT}")
    for table in (INQUIRY, SUBJECT):
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_refuse()")


class Migration(migrations.Migration):
    dependencies = [
        ("certification", "0015_approval_routes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Inquiry",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("police", "警察"),
                            ("fire", "消防署"),
                            ("building", "特定行政庁"),
                            ("other", "その他の課・機関"),
                        ],
                        max_length=10,
                        verbose_name="照会先の種類",
                    ),
                ),
                ("restricted", models.BooleanField(default=False, verbose_name="閲覧制限")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "作成中"),
                            ("open", "照会中"),
                            ("answered", "回答済"),
                            ("withdrawn", "取下げ"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="照会の状態",
                    ),
                ),
                ("addressee", models.CharField(blank=True, max_length=100, verbose_name="照会先")),
                ("question", models.TextField(blank=True, verbose_name="照会する事項")),
                ("ground", models.TextField(blank=True, verbose_name="疑いの根拠")),
                ("orders", models.JSONField(blank=True, default=list, verbose_name="照会する命令")),
                ("drafted_at", models.DateTimeField(verbose_name="作成日時")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="回答の期限")),
                ("sent_on", models.DateField(blank=True, null=True, verbose_name="照会日")),
                (
                    "sent_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("post", "郵送"),
                            ("hand", "持参"),
                            ("mail", "電子メール"),
                            ("fax", "ファクシミリ"),
                            ("internal", "庁内の文書便"),
                        ],
                        max_length=10,
                        verbose_name="送り方",
                    ),
                ),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="回答日")),
                ("answerer", models.CharField(blank=True, max_length=100, verbose_name="回答者")),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[("not_found", "認められない"), ("found", "認められる")],
                        max_length=10,
                        verbose_name="回答の結果",
                    ),
                ),
                ("answers", models.JSONField(blank=True, default=dict, verbose_name="命令ごとの回答")),
                ("answer_text", models.TextField(blank=True, verbose_name="回答の内容")),
                ("recorded_at", models.DateTimeField(blank=True, null=True, verbose_name="記録日時")),
                (
                    "remedy",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "あり"), ("no", "なし"), ("unknown", "不明")],
                        max_length=8,
                        verbose_name="是正の見込み",
                    ),
                ),
                ("remedy_on", models.DateField(blank=True, null=True, verbose_name="是正の時期")),
                ("remedy_note", models.TextField(blank=True, verbose_name="是正の見込みの内容")),
                ("remedied_on", models.DateField(blank=True, null=True, verbose_name="是正を確かめた日")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="取下げ日時")),
                ("withdraw_reason", models.TextField(blank=True, verbose_name="取下げの理由")),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="更新回数")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inquiries",
                        to="certification.application",
                        verbose_name="申請",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="作成した人",
                    ),
                ),
                (
                    "letter",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inquiry",
                        to="certification.letter",
                        verbose_name="照会書",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="記録した人",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="照会した人",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="取り下げた人",
                    ),
                ),
            ],
            options={
                "verbose_name": "照会",
                "verbose_name_plural": "照会",
                "ordering": ("application", "pk"),
            },
        ),
        migrations.CreateModel(
            name="InquiryLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True, verbose_name="リンクの指紋")),
                ("code_hash", models.CharField(max_length=64, verbose_name="確認の番号の指紋")),
                ("created_at", models.DateTimeField(verbose_name="作成日時")),
                ("expires_at", models.DateTimeField(verbose_name="使える期限")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="番号をまちがえた回数")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="回答日時")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="止めた日時")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="作った人",
                    ),
                ),
                (
                    "inquiry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="certification.inquiry",
                        verbose_name="照会",
                    ),
                ),
            ],
            options={
                "verbose_name": "照会に答えるリンク",
                "verbose_name_plural": "照会に答えるリンク",
                "ordering": ("inquiry", "pk"),
            },
        ),
        migrations.CreateModel(
            name="InquiryReader",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("added_at", models.DateTimeField(verbose_name="加えた日時")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="加えた人",
                    ),
                ),
                (
                    "inquiry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readers",
                        to="certification.inquiry",
                        verbose_name="照会",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="閲覧できる人",
                    ),
                ),
            ],
            options={
                "verbose_name": "照会を閲覧できる人",
                "verbose_name_plural": "照会を閲覧できる人",
            },
        ),
        migrations.CreateModel(
            name="InquirySubject",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="順")),
                ("name", models.CharField(max_length=100, verbose_name="氏名")),
                ("kana", models.CharField(blank=True, max_length=100, verbose_name="フリガナ")),
                ("birth_date", models.DateField(blank=True, null=True, verbose_name="生年月日")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("female", "女"), ("male", "男")],
                        max_length=6,
                        verbose_name="性別",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="住所")),
                ("role", models.CharField(blank=True, max_length=100, verbose_name="役職・立場")),
                (
                    "inquiry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subjects",
                        to="certification.inquiry",
                        verbose_name="照会",
                    ),
                ),
            ],
            options={
                "verbose_name": "照会の対象者",
                "verbose_name_plural": "照会の対象者",
                "ordering": ("inquiry", "position"),
            },
        ),
        migrations.AddIndex(
            model_name="inquiry",
            index=models.Index(
                condition=models.Q(("status", "open")),
                fields=["due_on", "application"],
                name="inquiry_open_by_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "police"), _negated=True), ("restricted", True), _connector="OR"
                ),
                name="inquiry_police_restricted",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("letter__isnull", True),
                        ("sent_by__isnull", True),
                        ("sent_how", ""),
                        ("sent_on__isnull", True),
                    ),
                    models.Q(
                        ("letter__isnull", False),
                        ("sent_by__isnull", False),
                        ("sent_on__isnull", False),
                        models.Q(("sent_how", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="inquiry_sent_with_letter",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "draft"), _negated=True), ("sent_on__isnull", True), _connector="OR"
                ),
                name="inquiry_draft_not_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("open", "answered")), _negated=True),
                    ("sent_on__isnull", False),
                    _connector="OR",
                ),
                name="inquiry_open_is_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_on__isnull", False),
                        ("recorded_at__isnull", False),
                        ("status", "answered"),
                        models.Q(("finding", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "answered"), _negated=True),
                        ("answered_on__isnull", True),
                        ("finding", ""),
                        ("recorded_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="inquiry_answered_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status", "withdrawn"),
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdraw_reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "withdrawn"), _negated=True),
                        ("withdrawn_at__isnull", True),
                        ("withdrawn_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="inquiry_withdrawn_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquirylink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True), ("used_at__isnull", True)),
                fields=("inquiry",),
                name="inquiry_link_one_alive",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiryreader",
            constraint=models.UniqueConstraint(fields=("inquiry", "user"), name="inquiry_reader_once"),
        ),
        migrations.RunPython(put_in_place, take_away),
    ]
