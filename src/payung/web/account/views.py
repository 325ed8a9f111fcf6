"""Logging in and out, and the first page of each role."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout as django_logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from payung.access.machine import Busy
from payung.web.account import throttle
from payung.web.navigation import places_for


class LoginForm(AuthenticationForm):
    """Name and password, with Payung's words and a limit on guessing."""

    error_messages = {
        "invalid_login": _("Nama pengguna atau kata sandi salah. Periksa huruf besar dan kecil."),
        "inactive": _("Akun ini tidak aktif. Hubungi administrator."),
    }

    #: What the page is answered with where nobody is let in.
    status = 200

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Nama pengguna")
        self.fields["password"].label = _("Kata sandi")
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"

    def clean(self) -> dict[str, Any]:
        username = str(self.cleaned_data.get("username", ""))
        if self.request is None:
            raise TypeError("the login form needs its request")
        if throttle.refused(self.request, username):
            self.status = 429
            raise ValidationError(_("Terlalu banyak percobaan. Tunggu 15 menit, lalu coba lagi."))
        try:
            with throttle.one_check_at_a_time():
                cleaned = super().clean()
        except Busy:
            self.status = 503
            raise ValidationError(_("Banyak yang sedang masuk. Tunggu sebentar, lalu coba lagi.")) from None
        throttle.succeeded(self.request, username)
        return cleaned


class Login(LoginView):
    """The login page; afterwards the page asked for, or the first page of the user's role."""

    template_name = "account/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form: LoginForm) -> HttpResponse:  # type: ignore[override]
        response = super().form_valid(form)
        throttle.know_device(self.request, response, form.cleaned_data["username"])
        return response

    def form_invalid(self, form: LoginForm) -> HttpResponse:  # type: ignore[override]
        response = super().form_invalid(form)
        response.status_code = form.status
        if form.status != 200:
            response.headers["Retry-After"] = "900" if form.status == 429 else "5"
        return response

    def get_default_redirect_url(self) -> str:
        return reverse("web:account-home")


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out and go to the front page."""
    django_logout(request)
    return redirect("/")


def home(request: HttpRequest) -> HttpResponse:
    """Send each role to the first page of its work."""
    places = places_for(getattr(request, "actor", None))
    return redirect(places[0].path if places else "/")
