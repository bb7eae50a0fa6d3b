"""The site's addresses and what they are held against: an empty view, the index alone, a naive page, a stock admin."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from benchmarks.naive import naive_results
from certification.models import Application
from config.urls import handler500
from config.urls import urlpatterns as site_urls
from councils.search import Query, find

__all__ = ("handler500", "stock_admin", "urlpatterns")


@login_not_required
def empty(request: HttpRequest) -> HttpResponse:
    """A0: whatever this costs is middleware."""
    return HttpResponse("ok")


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    """The index asked once."""
    return HttpResponse(str(len(find(Query(words=(request.GET["q"],))).ids)))


class StockAdmin(admin.ModelAdmin):
    """What one gets by naming the queue's columns and filters, fifty rows a page."""

    list_display = (
        "receipt_number",
        "housing_name",
        "applicant_name",
        "state",
        "turn",
        "due_on",
        "last_moved_at",
    )
    list_filter = ("state", "turn")
    list_per_page = 50
    ordering = ("due_on", "pk")


stock_admin = admin.AdminSite(name="stock")
stock_admin.register(Application, StockAdmin)

urlpatterns = [
    path("bench/empty/", empty, name="bench_empty"),
    path("bench/bare/", bare, name="bench_bare"),
    path("bench/naive/", naive_results, name="bench_naive"),
    path("bench/admin/", stock_admin.urls),
    *site_urls,
]
