"""Serving: an address that is taken is told before anything else is done."""

from __future__ import annotations

import socket

import pytest

from payung.cli.serve import require_free


def test_a_taken_port_is_refused_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SystemExit) as ended:
            require_free("127.0.0.1", port)
    assert ended.value.code == 2
    assert f"--port: {port} is not allowed" in capsys.readouterr().err
    require_free("127.0.0.1", port)


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(SystemExit) as ended:
        require_free("127.0.0.1", port)
    assert ended.value.code == 2
