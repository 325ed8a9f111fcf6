from django.urls import path

from payung.web.law import views

urlpatterns = [
    path("hukum/", views.index, name="law-index"),
    path("hukum/hitung/<slug:what>/", views.ask, name="law-ask"),
    path("hukum/<str:name>/", views.parameter, name="law-parameter"),
]
