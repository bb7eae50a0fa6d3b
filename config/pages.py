"""The front door, two answers for whoever watches the server, and the page for our own faults."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.logs import request_id
from accounts.navigation import first_page
from councils.views import public as directory


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Who is signed in goes to the first page of the day's work; everybody else finds the directory."""
    if not request.user.is_authenticated:
        return directory.home(request)
    return redirect(first_page(request.actor))  # type: ignore[attr-defined]


@login_not_required
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse(
            "database\n", status=503, content_type="text/plain", headers={"Retry-After": "30"}
        )
    return HttpResponse("ok\n", content_type="text/plain")


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for our own faults, with the 受付ID that the log carries too."""
    return render(request, "500.html", {"request_id": request_id.get()}, status=500)
