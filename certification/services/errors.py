"""What services of certification refuse with. Each text is a Japanese sentence for the person who asked."""

from __future__ import annotations


class CaseError(Exception):
    """Base: the act was not done, nothing was written."""


class NotFound(CaseError):
    """The object does not exist for this person."""


class Stale(CaseError):
    """The page was older than the case."""

    def __init__(self) -> None:
        super().__init__(
            "他の担当者が先に処理しました。いまの状態を確かめてから、もう一度行ってください。入力した内容は下に残しています。"
        )


class ActRefused(CaseError):
    """The state table refuses the act."""


class InputMissing(CaseError):
    """Something the act needs was not given, or does not fit. `field` names the form field."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field
