"""Invented letters beside the cases of the demo: words of one's own, a delivery, a demand for a report."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accounts.selectors import actor_of
from certification.demo import Office
from certification.models import Application, Letter
from certification.rules.letter_kinds import RULES, DeliveryWay, LetterKind
from certification.selectors.letters import NONE_YET, kind_page
from certification.services.letter_templates import publish_template, save_template
from certification.services.letters import addressees_of, issue, record_delivery


def add_letters(office: Office, *, now: dt.datetime) -> None:
    """One published wording, one draft, and what went out to the certified plan since."""
    _words(office, now=now)
    decided = Application.objects.filter(municipality=office.municipality, state="certified")
    case = decided.select_related("plan", "current_version").order_by("-pk").first()
    if case is not None:
        _hand_on(office, case, now=now)
        _demand(office, case, now=now)


def _words(office: Office, *, now: dt.datetime) -> None:
    actor = actor_of(office.administrator, day=timezone.localdate(now))
    for kind, more, publish in (
        (LetterKind.GUIDANCE, "御不明な点は、お気軽に担当課へお尋ねください。", True),
        (LetterKind.CERTIFICATION_NOTICE, "この通知書は、大切に保管してください。", False),
    ):
        body = "\n".join((*RULES[kind].body, more))
        save_template(kind, title=RULES[kind].title, body=body, actor=actor, now=now, seen=NONE_YET)
        if publish:
            publish_template(kind, actor=actor, now=now, seen=kind_page(actor, kind.value).seen)


def _hand_on(office: Office, case: Application, *, now: dt.datetime) -> None:
    letter = Letter.objects.filter(application=case, kind=LetterKind.CERTIFICATION_NOTICE).first()
    if letter is None:
        return
    record_delivery(
        letter.public_id,
        way=DeliveryWay.POST,
        delivered_on=letter.issued_on,
        note="簡易書留 000-00-00000-0",
        actor=actor_of(office.desk, day=timezone.localdate(now)),
        now=now,
        seen=0,
    )


def _demand(office: Office, case: Application, *, now: dt.datetime) -> None:
    rule = RULES[LetterKind.REPORT_DEMAND]
    fields: dict[str, str | dt.date] = {field.key: field.sample for field in rule.fields}
    fields["due_on"] = timezone.localdate(now) + dt.timedelta(days=21)
    issue(
        LetterKind.REPORT_DEMAND,
        plan=case.plan,
        fields=fields,
        addressees=addressees_of(case.current_version),
        setting=office.setting,
        actor=actor_of(office.desk, day=timezone.localdate(now)),
        now=now,
    )
