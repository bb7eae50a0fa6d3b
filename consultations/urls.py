"""Addresses of the conversation. No address holds a name or a number of a case."""

from django.urls import path

from consultations.views import (
    bookings,
    cases,
    conferences,
    consents,
    disclosure,
    plans,
    protecting,
    referrals,
    retention,
    shops,
    statistics,
    work,
)

app_name = "consultations"

CASE = "consultations/<uuid:case_id>/"

urlpatterns = [
    path("consultations/", cases.cases, name="cases"),
    path("desks/<uuid:desk_id>/book/", bookings.book, name="book"),
    path("bookings/<str:token>/", bookings.booking, name="booking"),
    path("consultations/bookings/", bookings.bookings, name="bookings"),
    path(
        "consultations/bookings/<uuid:desk_id>/<uuid:booking_id>/", bookings.booking_mark, name="booking_mark"
    ),
    path("consultations/new/", cases.case_new, name="case_new"),
    path("consultations/paper/", cases.intake_paper, name="intake_paper"),
    path("consultations/openings/", protecting.openings, name="openings"),
    path("consultations/openings/new/", protecting.opening_new, name="opening_new"),
    path("consultations/overrides/<uuid:consent_id>/", consents.override_review, name="override_review"),
    path("consultations/statistics/", statistics.statistics, name="statistics"),
    path("consultations/retention/", retention.retention, name="retention"),
    path("consultations/retention/holds/new/", retention.hold_new, name="hold_new"),
    path("consultations/retention/holds/<uuid:hold_id>/lift/", retention.hold_lift, name="hold_lift"),
    path("consultations/retention/<uuid:disposal_id>/", retention.disposal, name="disposal"),
    path(CASE, cases.case, name="case"),
    path(f"{CASE}edit/", cases.case_edit, name="case_edit"),
    path(f"{CASE}sheet/", cases.case_sheet, name="case_sheet"),
    path(f"{CASE}contacts/new/", work.contact_new, name="contact_new"),
    path(f"{CASE}tasks/new/", work.task_new, name="task_new"),
    path(f"{CASE}tasks/<uuid:task_id>/done/", work.task_done, name="task_done"),
    path(f"{CASE}assign/", work.case_assign, name="case_assign"),
    path(f"{CASE}close/", work.case_close, name="case_close"),
    path(f"{CASE}reopen/", work.case_reopen, name="case_reopen"),
    path(f"{CASE}consents/", consents.case_consents, name="case_consents"),
    path(f"{CASE}consents/<uuid:consent_id>/withdraw/", consents.consent_withdraw, name="consent_withdraw"),
    path(f"{CASE}override/", consents.case_override, name="case_override"),
    path(f"{CASE}shops/", shops.shop_inquiries, name="shop_inquiries"),
    path(f"{CASE}shops/new/", shops.shop_inquiry_new, name="shop_inquiry_new"),
    path(f"{CASE}shops/<uuid:inquiry_id>/", shops.shop_inquiry, name="shop_inquiry"),
    path(f"{CASE}shops/<uuid:inquiry_id>/sheet/", shops.shop_sheet, name="shop_sheet"),
    path("shops/inquiries/<str:token>/", shops.shop_answer, name="shop_answer"),
    path("consultations/conferences/", conferences.conferences, name="conferences"),
    path("consultations/conferences/<uuid:conference_id>/", conferences.conference, name="conference"),
    path(
        "consultations/conferences/<uuid:conference_id>/sheet/",
        conferences.conference_sheet,
        name="conference_sheet",
    ),
    path(
        "consultations/conferences/<uuid:conference_id>/items/<uuid:item_id>/",
        conferences.conference_item,
        name="conference_item",
    ),
    path("consultations/agencies/", referrals.agencies, name="agencies"),
    path("consultations/agencies/<uuid:agency_id>/", referrals.agency, name="agency"),
    path(f"{CASE}referrals/", referrals.referrals, name="referrals"),
    path(f"{CASE}referrals/new/", referrals.referral_new, name="referral_new"),
    path(f"{CASE}referrals/<uuid:referral_id>/", referrals.referral, name="referral"),
    path(f"{CASE}referrals/<uuid:referral_id>/sheet/", referrals.referral_sheet, name="referral_sheet"),
    path("referrals/<str:token>/", referrals.referral_by_link, name="referral_link"),
    path(f"{CASE}plans/", plans.case_plans, name="case_plans"),
    path(f"{CASE}plans/<slug:phase>/", plans.plan_write, name="plan_write"),
    path(f"{CASE}plans/<uuid:plan_id>/sheet/", plans.plan_sheet, name="plan_sheet"),
    path(f"{CASE}follow-ups/<uuid:follow_up_id>/", plans.follow_up, name="follow_up"),
    path(f"{CASE}protection/", protecting.case_protection, name="case_protection"),
    path(f"{CASE}reads/", protecting.case_reads, name="case_reads"),
    path(f"{CASE}disclosure/", disclosure.case_disclosure, name="case_disclosure"),
    path(f"{CASE}correction/", disclosure.case_correction, name="case_correction"),
]
