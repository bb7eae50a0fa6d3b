"""事前相談: contact points and their hours, bookings, and the record of what was said. New tables only."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_council_officer"),
        ("certification", "0008_further_procedures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactPoint",
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
                ("topics", models.CharField(blank=True, max_length=60, verbose_name="答える内容")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="場所")),
                (
                    "bring",
                    models.CharField(blank=True, max_length=300, verbose_name="持ってきていただくもの"),
                ),
                ("closed_on", models.JSONField(blank=True, default=list, verbose_name="休む日")),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="更新回数")),
                (
                    "department",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_point",
                        to="accounts.department",
                        verbose_name="課",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_points",
                        to="accounts.municipality",
                        verbose_name="自治体",
                    ),
                ),
            ],
            options={
                "verbose_name": "事前相談の窓口",
                "verbose_name_plural": "事前相談の窓口",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="ConsultationBooking",
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
                ("day", models.DateField(verbose_name="日")),
                ("starts_at", models.TimeField(verbose_name="始まり")),
                ("ends_at", models.TimeField(verbose_name="終わり")),
                ("seat", models.PositiveSmallIntegerField(verbose_name="席")),
                ("topics", models.CharField(blank=True, max_length=60, verbose_name="相談の内容")),
                ("asker_name", models.CharField(blank=True, max_length=100, verbose_name="氏名")),
                (
                    "asker_organisation",
                    models.CharField(blank=True, max_length=120, verbose_name="団体・会社"),
                ),
                ("asker_contact", models.CharField(blank=True, max_length=120, verbose_name="連絡先")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="聞きたいこと")),
                ("booked_at", models.DateTimeField(verbose_name="予約した日時")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="取り消した日時")),
                (
                    "booked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="予約した人",
                    ),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="取り消した人",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="certification.operator",
                        verbose_name="事業者",
                    ),
                ),
                (
                    "contact_point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="certification.contactpoint",
                        verbose_name="窓口",
                    ),
                ),
            ],
            options={
                "verbose_name": "事前相談の予約",
                "verbose_name_plural": "事前相談の予約",
                "ordering": ("day", "starts_at", "seat"),
            },
        ),
        migrations.CreateModel(
            name="PreliminaryConsultation",
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
                ("received_on", models.DateField(verbose_name="受けた日")),
                ("received_at", models.TimeField(blank=True, null=True, verbose_name="受けた時刻")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("visit", "来庁"),
                            ("phone", "電話"),
                            ("mail", "メール"),
                            ("online", "オンライン"),
                            ("on_site", "現地"),
                        ],
                        max_length=8,
                        verbose_name="方法",
                    ),
                ),
                ("topics", models.CharField(max_length=60, verbose_name="内容")),
                (
                    "asker_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("landlord", "賃貸人"),
                            ("supporter", "援助実施者"),
                            ("manager", "管理会社"),
                            ("other", "その他"),
                        ],
                        max_length=10,
                        verbose_name="相談した方の立場",
                    ),
                ),
                ("asker_name", models.CharField(blank=True, max_length=100, verbose_name="氏名")),
                (
                    "asker_organisation",
                    models.CharField(blank=True, max_length=120, verbose_name="団体・会社"),
                ),
                ("asker_contact", models.CharField(blank=True, max_length=120, verbose_name="連絡先")),
                ("housing_name", models.CharField(blank=True, max_length=200, verbose_name="住宅の名称")),
                ("housing_address", models.CharField(blank=True, max_length=300, verbose_name="所在地")),
                ("unit_count", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="戸数")),
                (
                    "construction_started",
                    models.CharField(blank=True, max_length=7, verbose_name="着工の年月"),
                ),
                (
                    "dwelling_type",
                    models.CharField(
                        blank=True,
                        choices=[("apartment", "共同住宅"), ("terrace", "長屋"), ("detached", "一戸建て")],
                        max_length=10,
                        verbose_name="建て方",
                    ),
                ),
                (
                    "documents_brought",
                    models.JSONField(blank=True, default=list, verbose_name="持参した資料"),
                ),
                ("hard_points", models.TextField(blank=True, verbose_name="ハードの論点")),
                ("soft_points", models.TextField(blank=True, verbose_name="ソフトの論点")),
                ("answer", models.TextField(blank=True, verbose_name="回答")),
                ("next_step", models.CharField(blank=True, max_length=300, verbose_name="次にすること")),
                ("next_on", models.DateField(blank=True, null=True, verbose_name="次にする日")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "対応中"), ("done", "完了")],
                        default="open",
                        max_length=4,
                        verbose_name="状態",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="更新回数")),
                ("changed_at", models.DateTimeField(verbose_name="更新日時")),
                ("search_text", models.TextField(blank=True, verbose_name="検索用")),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="preliminary_consultations",
                        to="certification.application",
                        verbose_name="後の申請",
                    ),
                ),
                (
                    "booking",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultation",
                        to="certification.consultationbooking",
                        verbose_name="予約",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="相談を受けた課",
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
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="担当",
                    ),
                ),
            ],
            options={
                "verbose_name": "事前相談",
                "verbose_name_plural": "事前相談",
                "ordering": ("-received_on", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="ContactHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("weekday", models.PositiveSmallIntegerField(verbose_name="曜日")),
                ("starts_at", models.TimeField(verbose_name="始まり")),
                ("ends_at", models.TimeField(verbose_name="終わり")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="1回の時間(分)")),
                ("places", models.PositiveSmallIntegerField(verbose_name="同じ時刻に受ける数")),
                (
                    "contact_point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hours",
                        to="certification.contactpoint",
                        verbose_name="窓口",
                    ),
                ),
            ],
            options={
                "verbose_name": "予約を受ける時間",
                "verbose_name_plural": "予約を受ける時間",
                "ordering": ("contact_point", "weekday", "starts_at"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contact_point", "weekday", "starts_at"), name="contact_hours_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="contact_hours_span"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 1), ("places__gte", 1)), name="contact_hours_some"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="consultationbooking",
            index=models.Index(fields=["booked_by", "day"], name="booking_of_person"),
        ),
        migrations.AddConstraint(
            model_name="consultationbooking",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_at__isnull", True)),
                fields=("contact_point", "day", "starts_at", "seat"),
                name="booking_seat_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationbooking",
            constraint=models.CheckConstraint(
                condition=models.Q(("seat__gte", 1)), name="booking_seat_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="consultationbooking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancelled_at__isnull", True), ("cancelled_by__isnull", True)),
                    models.Q(("cancelled_at__isnull", False), ("cancelled_by__isnull", False)),
                    _connector="OR",
                ),
                name="booking_cancelled_paired",
            ),
        ),
        migrations.AddIndex(
            model_name="preliminaryconsultation",
            index=models.Index(fields=["municipality", "-received_on", "-id"], name="consultation_all"),
        ),
        migrations.AddIndex(
            model_name="preliminaryconsultation",
            index=models.Index(
                condition=models.Q(("status", "open")),
                fields=["municipality", "next_on", "id"],
                name="consultation_open_by_next",
            ),
        ),
        migrations.AddConstraint(
            model_name="preliminaryconsultation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("next_on__isnull", True), models.Q(("next_step", ""), _negated=True), _connector="OR"
                ),
                name="consultation_next_on_has_step",
            ),
        ),
        migrations.AddConstraint(
            model_name="preliminaryconsultation",
            constraint=models.CheckConstraint(
                condition=models.Q(("topics", ""), _negated=True), name="consultation_has_topics"
            ),
        ),
    ]
