"""Who must be told before a cover ends is told once, by the way that the deployment sets."""

from datetime import date
from pathlib import Path

import pytest

from payung.access.actor import Refused, acting_as
from payung.coverage.actions import (
    approve_decree,
    make_notices,
    mark_printed,
    propose_decree,
    send_notices,
    set_contact,
)
from payung.coverage.models import Contact, Notice
from payung.coverage.notices import Channel, Sent, configured_channel
from payung.registry.models import Person
from tests.coverage.scene import START, TODAY, Programme, actor, folder_channel

pytestmark = pytest.mark.django_db
LAST = START + 5
RECEIVED: list[tuple[str, str, str]] = []


def gateway(to: str, address: str, text: str) -> None:
    """A gateway that a deployment could name."""
    RECEIVED.append((to, address, text))


@pytest.fixture
def operator():
    with acting_as(actor("operator")) as who:
        yield who


@pytest.fixture
def programme(operator):
    made = Programme().build()
    decree = propose_decree(
        operator, plan_id=made.plan.pk, number="SK 1", dated=date(2027, 1, 4), signer="Gubernur"
    )
    approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    return made


def test_notices_are_made_once_and_sent_once(programme, operator, tmp_path):
    assert make_notices(operator, month=START) == 0, "everybody goes on in February"
    assert make_notices(operator, month=LAST) == 10 + 1 + 2
    assert make_notices(operator, month=LAST) == 0
    assert send_notices(operator, to="payer", channel=folder_channel(tmp_path)) == Sent(2, 0)
    assert send_notices(operator, to="payer", channel=folder_channel(tmp_path)) == Sent(0, 0)
    text = next(tmp_path.glob("*payer.txt")).read_text()
    assert len(text.splitlines()) == 2
    assert "30 Juni 2027" in text


def test_one_that_the_gateway_refuses_waits_again(programme, operator):
    make_notices(operator, month=LAST)

    def broken(to, address, words):
        raise OSError("no line")

    with pytest.raises(OSError, match="no line"):
        send_notices(operator, to="worker", channel=Channel("sms", "", broken))
    assert Notice.objects.filter(state="waiting", to="worker", channel="").count() == 10


def test_mail_goes_to_who_has_an_address_and_the_rest_waits(programme, operator, mailoutbox):
    make_notices(operator, month=LAST)
    channel = configured_channel("payer")
    assert channel is not None
    assert send_notices(operator, to="payer", channel=channel) == Sent(0, 2)
    payer = programme.funds[0].payer
    for _ in range(2):
        set_contact(operator, payer_id=payer.pk, email="biro@example.id")
    assert Contact.objects.count() == 1
    assert send_notices(operator, to="payer", channel=channel) == Sent(1, 1)
    assert send_notices(operator, to="payer", channel=channel) == Sent(0, 1)
    assert [mail.to for mail in mailoutbox] == [["biro@example.id"]]
    assert payer.name in mailoutbox[0].body
    set_contact(operator, village="65.71.01.1001", email="lurah@example.id")
    village = configured_channel("village")
    assert village is not None
    assert send_notices(operator, to="village", channel=village) == Sent(1, 0)
    assert "10 pekerja rentan" in mailoutbox[1].body


def test_without_a_mail_server_the_messages_lie_in_the_outbox(programme, operator, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    make_notices(operator, month=LAST)
    set_contact(operator, payer_id=programme.funds[0].payer_id, email="biro@example.id")
    channel = configured_channel("payer")
    assert channel is not None
    send_notices(operator, to="payer", channel=channel)
    assert "biro@example.id" in "".join(path.read_text() for path in Path(tmp_path).iterdir())


def test_a_gateway_is_attached_by_configuration(programme, operator, settings):
    assert configured_channel("worker") is None, "printed until the deployment says otherwise"
    settings.PAYUNG_GATEWAYS = {**settings.PAYUNG_GATEWAYS, "worker": f"{__name__}:gateway"}
    Person.objects.filter(pk=programme.persons[0].pk).update(phone="081234567890")
    make_notices(operator, month=LAST)
    RECEIVED.clear()
    channel = configured_channel("worker")
    assert channel is not None
    assert send_notices(operator, to="worker", channel=channel) == Sent(1, 9)
    assert [(to, address) for to, address, _ in RECEIVED] == [("worker", "081234567890")]
    settings.PAYUNG_GATEWAYS = {**settings.PAYUNG_GATEWAYS, "worker": "tidak.ada:apa"}
    with pytest.raises(Refused, match="cannot be loaded"):
        configured_channel("worker")


def test_a_printed_list_counts_as_told(programme, operator):
    make_notices(operator, month=LAST)
    assert mark_printed(operator, month=LAST, to="worker") == 10
    assert mark_printed(operator, month=LAST, to="worker") == 0
    assert Notice.objects.filter(state="waiting").count() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"village": "65.71.01.1001", "email": "bukan surel"},
        {"village": "99.99.99.9999", "email": "a@example.id"},
        {"payer_id": 999_999, "email": "a@example.id"},
        {"email": "a@example.id"},
        {"village": "65.71.01.1001"},
    ],
)
def test_a_wrong_contact_is_refused(operator, wrong):
    with pytest.raises(Refused):
        set_contact(operator, **wrong)
