"""ケース会議: when and with whom, of which cases was spoken, and what was decided."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from consultations.models.cases import Case
from consultations.rules.conferences import ConferenceState, Secrecy
from councils.models import Desk


class Conference(models.Model):
    """A meeting of a desk. Once it is held nothing of it changes any more (the services refuse)."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    key = models.UUIDField("フォームの鍵", unique=True)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="conferences", verbose_name="窓口")
    day = models.DateField("日")
    starts_at = models.TimeField("始まり")
    place = models.CharField("場所", max_length=100, blank=True)
    state = models.CharField("状態", max_length=8, choices=ConferenceState, default=ConferenceState.PLANNED)
    called_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="開く人")
    called_at = models.DateTimeField("決めた日時")
    held_at = models.DateTimeField("終えた日時", null=True, blank=True)

    class Meta:
        verbose_name = "ケース会議"
        verbose_name_plural = "ケース会議"
        ordering = ("-day", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state=ConferenceState.PLANNED, held_at__isnull=True)
                | Q(state=ConferenceState.HELD, held_at__isnull=False),
                name="conference_held_with_moment",
            ),
        )
        indexes = (models.Index(fields=("desk", "-day", "-id"), name="conference_of_desk"),)

    def __str__(self) -> str:
        return f"{self.desk} {self.day}"


class ConferenceAttendee(models.Model):
    """Who sits there, and how it was made sure that they keep silent."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    conference = models.ForeignKey(
        Conference, on_delete=models.PROTECT, related_name="attendees", verbose_name="会議"
    )
    name = models.CharField("氏名", max_length=60)
    organisation = models.CharField("所属", max_length=100)
    secrecy = models.CharField("守秘", max_length=8, choices=Secrecy)

    class Meta:
        verbose_name = "会議に出る人"
        verbose_name_plural = "会議に出る人"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("conference", "name", "organisation"), name="conference_attendee_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} {self.name}"


class ConferenceItem(models.Model):
    """A case on the agenda, and what was decided about it."""

    public_id = models.UUIDField("公開用ID", default=uuid.uuid4, unique=True, editable=False)
    conference = models.ForeignKey(
        Conference, on_delete=models.PROTECT, related_name="items", verbose_name="会議"
    )
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="conference_items", verbose_name="相談"
    )
    position = models.PositiveSmallIntegerField("順")
    revision = models.PositiveIntegerField("改版", default=0)
    discussion = models.TextField("話し合ったこと", blank=True)
    decision = models.TextField("決まったこと", blank=True)
    next_review_on = models.DateField("次に話し合う日", null=True, blank=True)

    class Meta:
        verbose_name = "会議で話し合う相談"
        verbose_name_plural = "会議で話し合う相談"
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("conference", "case"), name="conference_item_once"),
            models.UniqueConstraint(fields=("conference", "position"), name="conference_item_place"),
        )

    def __str__(self) -> str:
        return f"{self.conference} {self.position}"
