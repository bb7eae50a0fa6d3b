"""What services of consultations refuse with. Each text is a Japanese sentence for the person who asked."""

from __future__ import annotations

from collections.abc import Mapping


class ConsultationError(Exception):
    """Base: the act was not done, nothing was written."""


class NotFound(ConsultationError):
    """The object does not exist for this person."""


class Stale(ConsultationError):
    """The page was older than the case."""

    def __init__(self) -> None:
        super().__init__(
            "ほかの人が先にこの相談を変えました。いまの内容を確かめてから、もう一度保存してください。入力した内容は下に残しています。"
        )


class Refused(ConsultationError):
    """The state of the case does not allow the act."""


class InputMissing(ConsultationError):
    """What was given does not fit. `problems` maps form fields to sentences."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)
