"""Addresses of the ground floor."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.inbox_read_all, name="inbox_read_all"),
    path("inbox/<uuid:public_id>/open/", views.inbox_open, name="inbox_open"),
    path("resume/", views.resume, name="resume"),
    path("people/", views.people, name="people"),
    path("people/appoint/", views.appoint, name="appoint"),
    path("people/transfer/", views.transfer, name="transfer"),
    path("people/<uuid:public_id>/end/", views.end, name="end"),
    path("people/<uuid:public_id>/invite/", views.invite, name="invite"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<uuid:public_id>/retry/", views.outbox_retry, name="outbox_retry"),
    path("audit/", views.audit, name="audit"),
    path("audit/export/", views.audit_export, name="audit_export"),
]
