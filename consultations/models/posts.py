"""Who works at which desk. A post of the municipality opens nothing here."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from consultations.rules.words import PostRole
from councils.models import Desk


class DeskPostQuerySet(models.QuerySet["DeskPost"]):
    def in_force(self, day: dt.date) -> Self:
        """Posts held on a day, both ends included, by people whose account is open."""
        return self.filter(since__lte=day, user__is_active=True).filter(
            Q(until__isnull=True) | Q(until__gte=day)
        )


class DeskPost(models.Model):
    """相談員・相談責任者 of a desk, from one day until another. Staff of a contractor (委託先) hold it like officials."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="posts", verbose_name="窓口")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="desk_posts", verbose_name="人")
    role = models.CharField("役割", max_length=10, choices=PostRole)
    may_override = models.BooleanField(
        "同意によらない提供を決められる",
        default=False,
        help_text="命や体を守るためなどに、本人の同意なしに関係機関に伝えることを決める権限。",
    )
    since = models.DateField("初日")
    until = models.DateField("末日", null=True, blank=True)

    objects = DeskPostQuerySet.as_manager()

    class Meta:
        verbose_name = "窓口の担当者"
        verbose_name_plural = "窓口の担当者"
        ordering = ("desk", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="desk_post_dates_in_order",
                violation_error_message="末日は、初日より後の日にしてください。",
            ),
            models.UniqueConstraint(
                fields=("desk", "user", "role"),
                condition=Q(until__isnull=True),
                name="desk_post_once_while_held",
                violation_error_message="この人は、この窓口にもう登録されています。",
            ),
        )
        indexes = (models.Index(fields=("user", "until"), name="desk_post_of_user"),)

    def __str__(self) -> str:
        return f"{self.desk} {self.user} {self.get_role_display()}"
