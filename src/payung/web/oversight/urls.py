from django.urls import path

from payung.web.oversight import views

urlpatterns = [
    path("pengawasan/", views.sheet, name="oversight-sheet"),
    path("pengawasan/angka.csv", views.figures_csv, name="oversight-csv"),
    path("pengawasan/hitung/", views.rebuild, name="oversight-rebuild"),
    path("pengawasan/terbitkan/", views.publish, name="oversight-publish"),
    path("pengawasan/peta/", views.gap_map, name="oversight-map"),
]
