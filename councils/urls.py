"""Addresses of the ring: the public directory, then the pages of people who keep it true."""

from django.urls import path

from councils.views import import_rows, importing, public, results

app_name = "councils"

TABLE = "ring/imports/<uuid:public_id>/"
ROW = TABLE + "rows/<int:position>/"

urlpatterns = [
    path("directory/", public.home, name="home"),
    path("ask/", public.ask, name="ask"),
    path("help-now/", public.help_now, name="help_now"),
    path("search/", results.search, name="search"),
    path("councils/", public.councils, name="councils"),
    path("councils/<uuid:public_id>/", public.council, name="council"),
    path("desks/<uuid:public_id>/", public.desk, name="desk"),
    path("desks/<uuid:public_id>/calendar.ics", public.desk_calendar, name="desk_calendar"),
    path("shops/<uuid:public_id>/", public.shop, name="shop"),
    # The prefecture's tables, for its officer of councils.
    path("ring/imports/", importing.import_list, name="import_list"),
    path("ring/imports/new/", importing.import_upload, name="import_upload"),
    path(TABLE, importing.import_table, name="import_table"),
    path(f"{TABLE}accept/", importing.import_accept_sound, name="import_accept_sound"),
    path(f"{TABLE}report/", importing.import_report, name="import_report"),
    path(f"{TABLE}original/", importing.import_original, name="import_original"),
    path(ROW, import_rows.import_row, name="import_row"),
    path(f"{ROW}accept/", import_rows.import_row_accept, name="import_row_accept"),
    path(f"{ROW}leave-out/", import_rows.import_row_leave_out, name="import_row_leave_out"),
]
