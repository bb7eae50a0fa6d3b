"""Addresses of certification. IDs are random UUIDs: nothing to count up, nothing personal."""

from django.urls import path

from certification.views import answering, applicant, master, register, shared, staff

app_name = "certification"

urlpatterns = [
    # For everybody.
    path("register/", register.register, name="register"),
    path("register/list.csv", register.register_csv, name="register_csv"),
    path("register/list.json", register.register_json, name="register_json"),
    path("register/<uuid:public_id>/", register.register_entry, name="register_entry"),
    # For who was asked by an inquiry and has no account.
    path("answers/<str:token>/", answering.answer, name="answer"),
    path("answers/<str:token>/give/", answering.answer_give, name="answer_give"),
    # For applicants, then staff.
    path("plans/", applicant.plans, name="plans"),
    path("plans/new/", applicant.plan_new, name="plan_new"),
    path("plans/<uuid:case_id>/", applicant.plan, name="plan"),
    path("plans/<uuid:case_id>/write/<slug:section>/", applicant.plan_section, name="plan_section"),
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
    path("cases/<uuid:case_id>/inquiries/", staff.case_inquiries, name="case_inquiries"),
    path("cases/<uuid:case_id>/inquiries/new/", staff.case_inquiry_new, name="case_inquiry_new"),
    path("cases/<uuid:case_id>/inquiries/<uuid:inquiry_id>/", staff.case_inquiry, name="case_inquiry"),
    path(
        "cases/<uuid:case_id>/inquiries/<uuid:inquiry_id>/edit/",
        staff.case_inquiry_edit,
        name="case_inquiry_edit",
    ),
    path(
        "cases/<uuid:case_id>/inquiries/<uuid:inquiry_id>/<slug:act>/",
        staff.case_inquiry_act,
        name="case_inquiry_act",
    ),
    path("cases/<uuid:case_id>/changes/", staff.case_changes, name="case_changes"),
    path("cases/<uuid:case_id>/act/<slug:action>/", staff.case_act, name="case_act"),
    path("documents/<uuid:document_id>/", shared.document, name="document"),
    path("letters/<uuid:letter_id>/", shared.letter, name="letter"),
    path("certification/settings/", master.settings, name="settings"),
    path("certification/review-table/", master.review_table, name="review_table"),
    path("certification/review-table/draft/", master.review_table_draft, name="review_table_draft"),
    path("certification/review-table/items/<int:item_id>/", master.review_item, name="review_item"),
    path("certification/review-table/publish/", master.review_table_publish, name="review_table_publish"),
]
