"""基準の数値: national values, the municipality's own ones over time, a new one from a day on, the end of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import ActorRequest
from certification.forms.criteria import EndForm, ThresholdForm
from certification.selectors import master as selectors
from certification.services import thresholds as services
from certification.views.master.frame import Attempt, administered, attempt, seen_in


@administered
def thresholds(request: ActorRequest) -> HttpResponse:
    """Every number with its values; a POST adds an own one."""
    views = selectors.threshold_views(request.actor, today=timezone.localdate())
    form = ThresholdForm(
        request.POST if request.method == "POST" else None, labels={view.code: view.label for view in views}
    )
    tried = Attempt()
    if request.method == "POST":
        tried = attempt(
            form,
            lambda: services.add_threshold(content=form.content(), actor=request.actor, now=timezone.now()),
        )
        if tried.is_done:
            messages.success(request, "この自治体の値を加えました。")
            return redirect("certification:thresholds")
    context = {"views": views, "form": form, "own_count": sum(len(view.own) for view in views)}
    return render(request, "certification/master/thresholds.html", context, status=tried.status)


@administered
def threshold_end(request: ActorRequest, threshold_id: int) -> HttpResponse:
    """Let an own value end on a day."""
    row = selectors.own_threshold(request.actor, threshold_id)
    form = EndForm(request.POST if request.method == "POST" else None, initial={"until": row.effective_until})
    tried = Attempt()
    if request.method == "POST":
        tried = attempt(
            form,
            lambda: services.end_threshold(
                threshold_id=threshold_id,
                until=form.cleaned_data["until"],
                actor=request.actor,
                now=timezone.now(),
                seen=seen_in(request),
            ),
        )
        if tried.is_done:
            messages.success(request, "終わりの日を決めました。")
            return redirect("certification:thresholds")
    context = {
        "row": row,
        "form": form,
        "seen": services.end_text(row),
        "breadcrumb": [
            {"label": "基準の数値", "url": reverse("certification:thresholds")},
            {"label": "終わりの日を決める", "url": ""},
        ],
    }
    return render(request, "certification/master/threshold_end.html", context, status=tried.status)
