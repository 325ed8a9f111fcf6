"""Addresses of meetings, their resolutions, and questions of members."""

from django.urls import path

from payung.web.parliament import constituents, meetings

urlpatterns = [
    path("pengawasan/rapat/", meetings.index, name="parliament-meetings"),
    path("pengawasan/rapat/<int:meeting_id>/", meetings.meeting, name="parliament-meeting"),
    path("pengawasan/rapat/<int:meeting_id>/risalah/", meetings.change, name="parliament-meeting-change"),
    path("pengawasan/rapat/<int:meeting_id>/sahkan/", meetings.adopt, name="parliament-adopt"),
    path("pengawasan/rapat/<int:meeting_id>/tindak-lanjut/", meetings.resolve, name="parliament-resolve"),
    path("pengawasan/rapat/<int:meeting_id>/berkas/", meetings.attach, name="parliament-attach"),
    path("pengawasan/rapat/<int:meeting_id>/cetak/", meetings.paper, name="parliament-meeting-paper"),
    path("pengawasan/rapat/berkas/<int:file_id>/", meetings.file, name="parliament-meeting-file"),
    path(
        "pengawasan/rapat/tindak-lanjut/<int:resolution_id>/",
        meetings.resolution,
        name="parliament-resolution",
    ),
    path("pengawasan/rapat/tindak-lanjut/<int:resolution_id>/putus/", meetings.act, name="parliament-act"),
    path("pengawasan/tanya/", constituents.index, name="parliament-cases"),
    path("pengawasan/tanya/<int:question_id>/", constituents.case, name="parliament-case"),
]
