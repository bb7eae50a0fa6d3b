"""Addresses of certification. IDs are random UUIDs: nothing to count up, nothing personal."""

from django.urls import path

from certification.views import applicant, master, register, shared, staff

app_name = "certification"

urlpatterns = [
    # For everybody.
    path("register/", register.register, name="register"),
    path("register/list.csv", register.register_csv, name="register_csv"),
    path("register/list.json", register.register_json, name="register_json"),
    path("register/<uuid:public_id>/", register.register_entry, name="register_entry"),
    # For applicants, then staff.
    path("plans/", applicant.plans, name="plans"),
    path("plans/new/", applicant.plan_new, name="plan_new"),
    path("plans/certified/<uuid:plan_id>/", applicant.certified_plan, name="own_certified"),
    path(
        "plans/certified/<uuid:plan_id>/begin/<slug:procedure>/",
        applicant.procedure_begin,
        name="procedure_begin",
    ),
    path("plans/<uuid:case_id>/", applicant.plan, name="plan"),
    path("plans/<uuid:case_id>/write/<slug:section>/", applicant.plan_section, name="plan_section"),
    path("plans/<uuid:case_id>/statement/", applicant.plan_statement, name="plan_statement"),
    path("plans/<uuid:case_id>/documents/", applicant.plan_documents, name="plan_documents"),
    path(
        "plans/<uuid:case_id>/documents/<uuid:document_id>/remove/",
        applicant.plan_document_remove,
        name="plan_document_remove",
    ),
    path("plans/<uuid:case_id>/preview/", applicant.plan_preview, name="plan_preview"),
    path("plans/<uuid:case_id>/returns/", applicant.plan_returns, name="plan_returns"),
    path("plans/<uuid:case_id>/register/", applicant.plan_register, name="plan_register"),
    path("plans/<uuid:case_id>/submit/", applicant.plan_submit, name="plan_submit"),
    path("plans/<uuid:case_id>/withdraw/", applicant.plan_withdraw, name="plan_withdraw"),
    path("preliminary-bookings/", applicant.bookings, name="bookings"),
    path("preliminary-bookings/new/", applicant.booking_new, name="booking_new"),
    path("preliminary-bookings/<uuid:booking_id>/cancel/", applicant.booking_cancel, name="booking_cancel"),
    path("preliminary/", staff.preliminary, name="preliminary"),
    path("preliminary/new/", staff.preliminary_new, name="preliminary_new"),
    path("preliminary/day/", staff.preliminary_day, name="preliminary_day"),
    path("preliminary/slots/", staff.preliminary_slots, name="preliminary_slots"),
    path("preliminary/slots/book/", staff.preliminary_book, name="preliminary_book"),
    path(
        "preliminary/bookings/<uuid:booking_id>/cancel/", staff.preliminary_cancel, name="preliminary_cancel"
    ),
    path("preliminary/<uuid:public_id>/", staff.preliminary_one, name="preliminary_one"),
    path("preliminary/<uuid:public_id>/edit/", staff.preliminary_edit, name="preliminary_edit"),
    path("cases/", staff.queue, name="queue"),
    path("cases/ledger/", staff.ledger, name="ledger"),
    path("cases/<uuid:case_id>/review-sheet.pdf", staff.case_sheet_pdf, name="case_sheet_pdf"),
    path("cases/<uuid:case_id>/review-sheet.xlsx", staff.case_sheet_xlsx, name="case_sheet_xlsx"),
    path("cases/<uuid:case_id>/", staff.case, name="case"),
    path("cases/<uuid:case_id>/judge/<int:judgement_id>/", staff.case_judge, name="case_judge"),
    path("cases/<uuid:case_id>/not-applicable/", staff.case_not_applicable, name="case_not_applicable"),
    path("cases/<uuid:case_id>/points/", staff.case_points, name="case_points"),
    path(
        "cases/<uuid:case_id>/points/<uuid:point_id>/remove/",
        staff.case_point_remove,
        name="case_point_remove",
    ),
    path(
        "cases/<uuid:case_id>/points/<uuid:point_id>/judge/", staff.case_point_judge, name="case_point_judge"
    ),
    path("cases/<uuid:case_id>/assign/", staff.case_assign, name="case_assign"),
    path("cases/<uuid:case_id>/changes/", staff.case_changes, name="case_changes"),
    path("cases/<uuid:case_id>/preliminary/", staff.case_preliminary, name="case_preliminary"),
    path("cases/<uuid:case_id>/act/<slug:action>/", staff.case_act, name="case_act"),
    path("certified/", staff.certified_plans, name="certified_plans"),
    path("certified/<uuid:plan_id>/", staff.certified_plan, name="certified_plan"),
    path("supervision/", staff.supervision, name="supervision"),
    path("supervision/tips/new/", staff.tip_new, name="tip_new"),
    path("supervision/tips/<uuid:tip_id>/", staff.tip, name="tip"),
    path("supervision/plans/<uuid:plan_id>/", staff.supervision_plan, name="supervision_plan"),
    path("supervision/plans/<uuid:plan_id>/sheet/", staff.supervision_sheet, name="supervision_sheet"),
    path("supervision/plans/<uuid:plan_id>/new/<slug:kind>/", staff.measure_new, name="measure_new"),
    path("supervision/measures/<uuid:measure_id>/", staff.measure, name="measure"),
    path("supervision/measures/<uuid:measure_id>/edit/", staff.measure_edit, name="measure_edit"),
    path("supervision/measures/<uuid:measure_id>/findings/", staff.measure_findings, name="measure_findings"),
    path("supervision/measures/<uuid:measure_id>/attach/", staff.measure_attach, name="measure_attach"),
    path("supervision/measures/<uuid:measure_id>/act/<slug:action>/", staff.measure_act, name="measure_act"),
    path("supervision/files/<uuid:file_id>/", staff.measure_file, name="measure_file"),
    path("documents/<uuid:document_id>/", shared.document, name="document"),
    path("letters/<uuid:letter_id>/", shared.letter, name="letter"),
    path("certification/settings/", master.settings, name="settings"),
    path("certification/contact-points/", master.contact_points, name="contact_points"),
    path("certification/review-table/", master.review_table, name="review_table"),
    path("certification/review-table/draft/", master.review_table_draft, name="review_table_draft"),
    path("certification/review-table/items/<int:item_id>/", master.review_item, name="review_item"),
    path("certification/review-table/publish/", master.review_table_publish, name="review_table_publish"),
]
