"""認定台帳: what would be in the copy and what for, then the file."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from accounts.access import ActorRequest
from certification.documents.workbook import CONTENT_TYPE
from certification.forms.filters import QueueFilter, queue_filter
from certification.forms.staff import LedgerForm
from certification.rules.ledger import Purpose
from certification.selectors.queue import Tab, cases_in
from certification.services.errors import ActRefused
from certification.services.ledger import LedgerFile, export_ledger
from certification.views.staff.frame import INVALID, STALE, office_page


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def ledger(request: ActorRequest) -> HttpResponseBase:
    """The conditions of the queue are those of the file; its tab is always すべて."""
    actor, now = request.actor, timezone.now()
    filters = queue_filter(request.GET, actor=actor)
    cases = filters.usable(cases_in(Tab.ALL, actor, today=timezone.localdate(now)))
    form = LedgerForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, cases, filters, form, status=INVALID if request.method == "POST" else 200)
    try:
        found = export_ledger(
            cases=cases,
            conditions=filters.kept(),
            purpose=Purpose(form.cleaned_data["purpose"]),
            actor=actor,
            now=now,
        )
    except ActRefused as error:
        form.add_error(None, str(error))
        return _page(request, cases, filters, form, status=STALE)
    return _file(found)


def _file(found: LedgerFile) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        found.pieces,
        content_type=CONTENT_TYPE,
        headers={
            "Content-Disposition": str(content_disposition_header(as_attachment=True, filename=found.name)),
            "Cache-Control": "private, no-store",
        },
    )


def _page(
    request: ActorRequest, cases: Any, filters: QueueFilter, form: LedgerForm, *, status: int
) -> HttpResponse:
    queue = reverse("certification:queue")
    here = {**filters.kept(), "tab": Tab.ALL.value}
    context = {
        "breadcrumb": [{"label": "受付箱", "url": queue}, {"label": "認定台帳を書き出す", "url": ""}],
        "count": cases.count(),
        "conditions": [{"term": label, "text": text} for _, label, text in filters.in_force()],
        "left_out": filters.left_out(),
        "form": form,
        "queue_url": f"{queue}?{urlencode(here)}",
        "municipality": request.actor.municipality_name,
    }
    return render(request, "certification/staff/ledger.html", context, status=status)
