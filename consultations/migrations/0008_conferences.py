"""ケース会議. A meeting that was held does not change."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.triggers import frozen_when


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0007_referrals"),
        ("councils", "0002_search_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Conference",
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
                ("key", models.UUIDField(unique=True, verbose_name="フォームの鍵")),
                ("day", models.DateField(verbose_name="日")),
                ("starts_at", models.TimeField(verbose_name="始まり")),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="場所")),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "これから"), ("held", "終えた")],
                        default="planned",
                        max_length=8,
                        verbose_name="状態",
                    ),
                ),
                ("called_at", models.DateTimeField(verbose_name="決めた日時")),
                ("held_at", models.DateTimeField(blank=True, null=True, verbose_name="終えた日時")),
                (
                    "called_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="開く人",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conferences",
                        to="councils.desk",
                        verbose_name="窓口",
                    ),
                ),
            ],
            options={
                "verbose_name": "ケース会議",
                "verbose_name_plural": "ケース会議",
                "ordering": ("-day", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="ConferenceAttendee",
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
                ("name", models.CharField(max_length=60, verbose_name="氏名")),
                ("organisation", models.CharField(max_length=100, verbose_name="所属")),
                (
                    "secrecy",
                    models.CharField(
                        choices=[
                            ("duty", "職務上の守秘義務(法令)"),
                            ("pledge", "誓約書"),
                            ("spoken", "その場で確かめた"),
                        ],
                        max_length=8,
                        verbose_name="守秘",
                    ),
                ),
                (
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendees",
                        to="consultations.conference",
                        verbose_name="会議",
                    ),
                ),
            ],
            options={
                "verbose_name": "会議に出る人",
                "verbose_name_plural": "会議に出る人",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="ConferenceItem",
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
                ("position", models.PositiveSmallIntegerField(verbose_name="順")),
                ("revision", models.PositiveIntegerField(default=0, verbose_name="改版")),
                ("discussion", models.TextField(blank=True, verbose_name="話し合ったこと")),
                ("decision", models.TextField(blank=True, verbose_name="決まったこと")),
                ("next_review_on", models.DateField(blank=True, null=True, verbose_name="次に話し合う日")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conference_items",
                        to="consultations.case",
                        verbose_name="相談",
                    ),
                ),
                (
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="consultations.conference",
                        verbose_name="会議",
                    ),
                ),
            ],
            options={
                "verbose_name": "会議で話し合う相談",
                "verbose_name_plural": "会議で話し合う相談",
                "ordering": ("position",),
            },
        ),
        migrations.AddIndex(
            model_name="conference",
            index=models.Index(fields=["desk", "-day", "-id"], name="conference_of_desk"),
        ),
        migrations.AddConstraint(
            model_name="conference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held_at__isnull", True), ("state", "planned")),
                    models.Q(("held_at__isnull", False), ("state", "held")),
                    _connector="OR",
                ),
                name="conference_held_with_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="conferenceattendee",
            constraint=models.UniqueConstraint(
                fields=("conference", "name", "organisation"), name="conference_attendee_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="conferenceitem",
            constraint=models.UniqueConstraint(fields=("conference", "case"), name="conference_item_once"),
        ),
        migrations.AddConstraint(
            model_name="conferenceitem",
            constraint=models.UniqueConstraint(
                fields=("conference", "position"), name="conference_item_place"
            ),
        ),
        frozen_when("consultations_conference", "held_at"),
    ]
