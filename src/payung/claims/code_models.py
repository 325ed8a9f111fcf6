"""Personal codes, kept apart from the tables of claims: one row for each person to whom a code was handed out."""

from __future__ import annotations

from django.db import models
from django.db.models import functions

from payung.access.fields import CiphertextField
from payung.access.models import User
from payung.registry.models import Person

#: What a code's ciphertext is bound to.
CODE = "claims_personalcode.code"


class PersonalCode(models.Model):
    """The code that opens the public answer about a person. A new one takes the place of the old, which dies."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True, related_name="+")
    code_enc = CiphertextField("kode", context=CODE)
    issue = models.IntegerField("terbitan", default=1)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=functions.Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(issue__gte=1), name="code_issue_counts")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.issue}"
