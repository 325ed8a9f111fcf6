from django.urls import path

from payung.web.matching import views

urlpatterns = [
    path("pasangan/", views.desk, name="matching-desk"),
    path("pasangan/riwayat/", views.history, name="matching-history"),
    path("pasangan/<int:pair_id>/", views.desk, name="matching-pair"),
    path("pasangan/<int:pair_id>/putuskan/", views.judge, name="matching-judge"),
    path("pasangan/<int:pair_id>/batal/", views.undo, name="matching-undo"),
]
