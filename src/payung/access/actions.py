"""Organisations, users and their roles."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy

from payung.access.actor import Actor, Refused, action, spoken
from payung.access.acts import OF_SUBJECT, Act
from payung.access.models import Assignment, Organisation, User
from payung.access.roles import Role

#: The people a new deployment starts with: username, name, position, role, organisation, its kind.
#: None can log in until an administrator gives a password.
FIRST_USERS = (
    ("operator", "Operator Program", "Pengelola data", Role.OPERATOR, "", Organisation.Kind.AGENCY),
    ("penyetuju", "Kepala Dinas", "Penyetuju", Role.APPROVER, "", Organisation.Kind.AGENCY),
    (
        "cabang",
        "Petugas Cabang",
        "Account representative",
        Role.BRANCH,
        "BPJS Ketenagakerjaan Cabang",
        Organisation.Kind.BRANCH,
    ),
    (
        "anggaran",
        "Petugas Anggaran",
        "Bendahara",
        Role.BUDGET,
        "Badan Keuangan Daerah",
        Organisation.Kind.AGENCY,
    ),
    ("dprd", "Anggota DPRD", "Komisi IV", Role.DPRD, "DPRD Provinsi", Organisation.Kind.PARLIAMENT),
    ("admin", "Administrator", "Admin sistem", Role.ADMIN, "", Organisation.Kind.AGENCY),
)


def ensure_first_users(using: str = "default") -> None:
    """Give a deployment without users its first ones, without passwords. Safe to repeat."""
    with transaction.atomic(using=using):
        if User.objects.using(using).exists():
            return
        for username, name, position, role, organisation, kind in FIRST_USERS:
            organised, _ = Organisation.objects.using(using).get_or_create(
                name=organisation or settings.PAYUNG_PROGRAMME_OWNER,
                defaults={"kind": kind, "region_code": settings.PAYUNG_PROVINCE},
            )
            user = User(username=username, full_name=name, position=position, organisation=organised)
            user.set_unusable_password()
            user.save(using=using)
            Assignment.objects.using(using).create(user=user, role=role, region_code=settings.PAYUNG_PROVINCE)


def set_password(actor: Actor, *, username: str, password: str) -> None:
    """Give a user a new password, which ends their sessions.

    Raises NotAllowed unless the actor administers wherever the user holds a role; Refused for an unknown user, or a
    password that somebody would guess.
    """
    _give_password(actor, username, password)


def set_demo_password(actor: Actor, *, username: str, password: str) -> None:
    """Give a user of a demo the password that everybody knows. Raises as `set_password`, but for a weak one."""
    _give_password(actor, username, password, known_to_all=True)


def _give_password(actor: Actor, username: str, password: str, *, known_to_all: bool = False) -> None:
    with action(actor, Act.SET_PASSWORD, region_code=OF_SUBJECT) as deed:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise Refused(
                gettext_lazy("Pengguna %(username)s tidak ada."),
                username=username,
            )
        # Whoever sets a password can act as that user: only who administers wherever the user may act.
        deed.at(*user.assignments.values_list("region_code", flat=True))
        if not known_to_all:
            _require_good(password, user)
        user.set_password(password)
        user.save(update_fields=["password"])
        deed.subject_id = user.pk


def _require_good(password: str, user: User) -> None:
    """Raise Refused for a password that somebody would guess."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        wrong = error
        raise Refused(spoken(lambda _language: " ".join(wrong.messages))) from error


def create_user(
    actor: Actor, *, username: str, full_name: str, role: str, region_code: str, password: str | None = None
) -> User:
    """Return a new user with one role in one region. Raises Refused if the name is taken or the role unknown."""
    if role not in Role.values:
        allowed = ", ".join(Role.values)
        raise Refused(
            gettext_lazy("Peran %(role)s tidak dikenal: %(allowed)s."),
            role=role,
            allowed=allowed,
        )
    with action(actor, Act.CREATE_USER, region_code=region_code) as deed:
        if User.objects.filter(username=username).exists():
            raise Refused(
                gettext_lazy("Nama pengguna %(username)s sudah dipakai."),
                username=username,
            )
        user = User(username=username, full_name=full_name)
        if password is None:
            user.set_unusable_password()
        else:
            _require_good(password, user)
            user.set_password(password)
        user.save()
        Assignment.objects.create(user=user, role=role, region_code=region_code)
        deed.subject_id = user.pk
        deed.data = {"role": role, "region": region_code}
    return user
