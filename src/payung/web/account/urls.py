"""Addresses of signing in and out."""

from django.urls import path

from payung.web.account import views

urlpatterns = [
    path("masuk/", views.Login.as_view(), name="account-login"),
    path("keluar/", views.logout, name="account-logout"),
    path("beranda/", views.home, name="account-home"),
]
