"""What the public search reads: one flat row for each council, desk and shop that residents may see."""

from __future__ import annotations

import uuid

from django.db import models

from accounts.models import Municipality


class DirectoryEntry(models.Model):
    """A derived row: services write it together with what it is made from; `rebuild_directory` makes all anew.

    The search index over `text` and `facets` is the database's own (see councils/search.py and its migration).
    """

    class Kind(models.TextChoices):
        DESK = "desk", "相談窓口"
        SHOP = "shop", "協力不動産店"
        COUNCIL = "council", "居住支援協議会"

    kind = models.CharField("種類", max_length=8, choices=Kind)
    public_id = models.UUIDField("公開用ID", default=uuid.uuid4)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, related_name="+", verbose_name="自治体"
    )
    name = models.CharField("名称", max_length=100)
    #: Folded words (japan.folding): name, kana, address, area, council, categories.
    text = models.TextField("検索キー")
    #: Codes such as area:131041 who:elderly day:3 booking:none lang:en access:step_free, separated by one space.
    facets = models.TextField("しぼり込み")
    #: Ready values of the list row, so that a result page joins nothing (see services/directory.py).
    card = models.JSONField("一覧の行")
    #: The desk's rules (each as rules.schedule.rule_to_json), from which the next date is computed when read.
    sessions = models.JSONField("ひらく日時", default=list)
    rank = models.PositiveIntegerField("並び順", default=0)

    class Meta:
        verbose_name = "案内の見出し"
        verbose_name_plural = "案内の見出し"
        ordering = ("kind", "rank", "pk")
        constraints = (models.UniqueConstraint(fields=("kind", "public_id"), name="directory_entry_once"),)
        indexes = (models.Index(fields=("kind", "rank", "id"), name="directory_entry_order"),)

    def __str__(self) -> str:
        return self.name


class DirectoryEdition(models.Model):
    """One row: a mark that is new whenever any entry changed, so that answers kept in memory are known to be old."""

    token = models.UUIDField("版のしるし", default=uuid.uuid4)

    class Meta:
        verbose_name = "案内の版"
        verbose_name_plural = "案内の版"

    def __str__(self) -> str:
        return str(self.token)
