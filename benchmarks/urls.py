"""The site's addresses and two more: an empty view, and a stock Django admin's list of the applications."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path

from certification.models import Application
from config.urls import handler500
from config.urls import urlpatterns as site_urls

__all__ = ("handler500", "stock_admin", "urlpatterns")


def empty(request: HttpRequest) -> HttpResponse:
    """A0: whatever this costs is middleware."""
    return HttpResponse("ok")


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
    path("bench/admin/", stock_admin.urls),
    *site_urls,
]
