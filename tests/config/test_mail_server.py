"""SOJOURN_SMTP: one address says all about the mail server."""

from __future__ import annotations

import pytest

from sojourn.config.mail_server import MailServer, MailServerError


def test_smtp_means_starttls_on_the_port_for_it() -> None:
    server = MailServer.from_address("smtp://ada:p%40ss@mail.example.edu")
    assert server == MailServer("mail.example.edu", 587, "ada", "p@ss", starttls=True, tls=False)


def test_smtps_means_tls_from_the_first_byte() -> None:
    server = MailServer.from_address("smtps://mail.example.edu:4465")
    assert (server.port, server.tls, server.starttls, server.user) == (4465, True, False, "")


def test_plain_must_be_asked_for_by_name() -> None:
    server = MailServer.from_address("smtp+plain://127.0.0.1")
    assert (server.port, server.tls, server.starttls) == (25, False, False)


@pytest.mark.parametrize(
    "address",
    [
        "mail.example.edu",
        "http://mail.example.edu",
        "smtp://",
        "smtp://x:secret@h:port",
        "smtp://[x",
    ],
)
def test_what_is_not_understood_is_told_without_the_password(address: str) -> None:
    with pytest.raises(MailServerError, match="SOJOURN_SMTP") as told:
        MailServer.from_address(address)
    assert "secret" not in str(told.value)
