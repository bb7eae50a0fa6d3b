"""Official letters: from plain values to a frozen content, and from that to PDF.

`letters.py` holds the words, `rendering.py` and `typst/letter.typ` the page. Nothing here reads the database: the
caller hands over what is to be said, keeps `to_json(content)` beside the PDF, and can print the same bytes again.
"""

from certification.documents.letter_samples import sample_letter
from certification.documents.letters import (
    Addressee,
    CaseFacts,
    LetterContent,
    LetterPoint,
    RefusalReason,
    Sender,
    certification_notice,
    correction_request,
    from_json,
    letter_by_rule,
    refusal_notice,
    to_json,
)
from certification.documents.rendering import UnprintableCharacter, render
from certification.rules.letter_kinds import LetterKind

__all__ = [
    "Addressee",
    "CaseFacts",
    "LetterContent",
    "LetterKind",
    "LetterPoint",
    "RefusalReason",
    "Sender",
    "UnprintableCharacter",
    "certification_notice",
    "correction_request",
    "from_json",
    "letter_by_rule",
    "refusal_notice",
    "render",
    "sample_letter",
    "to_json",
]
