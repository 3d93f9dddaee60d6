"""Encryption and sign-in; the key in tests/providers/certificates guards nothing but these tests."""

import ssl
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from outreach.domain.errors import BadInput
from outreach.providers.dialling import Server, Unreachable, Unwelcome
from outreach.providers.mailbox.server import HOST
from tests.providers.conftest import SHORT, Behaviour, running

CERTIFICATE = Path(__file__).parent / "certificates" / "localhost.pem"


@pytest.fixture
def tls() -> ssl.SSLContext:
    """The server's side."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_suffix(".key"))
    return context


@pytest.fixture
def trust() -> ssl.SSLContext:
    """The client's side: trusts the test certificate."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def only_anna(server: Any, session: Any, envelope: Any, mechanism: str, auth_data: Any) -> AuthResult:
    assert isinstance(auth_data, LoginPassword)
    return AuthResult(success=(auth_data.login, auth_data.password) == (b"anna", b"p@ss"), handled=False)


def test_an_address_names_host_port_encryption_and_sign_in() -> None:
    server = Server.from_url("smtp://anna%40x.example:p%40ss@mail.example:2525")
    assert (server.host, server.port, server.implicit_tls) == ("mail.example", 2525, False)
    assert (server.user, server.password) == ("anna@x.example", "p@ss")


@pytest.mark.parametrize(("scheme", "port"), [("smtp", 587), ("smtps", 465)])
def test_an_address_without_a_port_means_the_usual_one(scheme: str, port: int) -> None:
    assert Server.from_url(f"{scheme}://mail.example").port == port


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://u:secret@h:port", "smtp://u:secret@h:99999"])
def test_a_broken_address_is_refused_without_repeating_the_password(url: str) -> None:
    with pytest.raises(BadInput) as refusal:
        Server.from_url(url)
    assert "SMTP_URL" in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_encryption_is_used_where_it_is_offered(tls: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    with running(Behaviour(tls=tls)) as port:
        smtp = Server(HOST, port, context=trust).dial(hostname="localhost", time_outs=SHORT)
        assert isinstance(smtp.sock, ssl.SSLSocket)
        assert smtp.has_extn("8bitmime")
        smtp.close()


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(tls: ssl.SSLContext) -> None:
    with running(Behaviour(tls=tls)) as port, pytest.raises(Unreachable, match="certificate"):
        Server(HOST, port).dial(hostname="localhost", time_outs=SHORT)


def test_the_right_password_signs_in(tls: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    with running(Behaviour(tls=tls), authenticator=only_anna, auth_required=True) as port:
        server = Server(HOST, port, user="anna", password="p@ss", context=trust)
        smtp = server.dial(hostname="localhost", time_outs=SHORT)
        assert smtp.noop()[0] == 250
        smtp.close()


def test_a_wrong_password_is_told_with_the_servers_words(tls: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    with running(Behaviour(tls=tls), authenticator=only_anna, auth_required=True) as port:
        server = Server(HOST, port, user="anna", password="guess", context=trust)
        with pytest.raises(Unwelcome, match="535") as refusal:
            server.dial(hostname="localhost", time_outs=SHORT)
    assert "guess" not in str(refusal.value)


def test_a_password_never_travels_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.providers.dialling._is_loopback", lambda host: False)
    behaviour = Behaviour()
    with (
        running(behaviour, authenticator=only_anna, auth_require_tls=False) as port,
        pytest.raises(Unreachable, match="in the clear"),
    ):
        Server(HOST, port, user="anna", password="p@ss").dial(hostname="localhost", time_outs=SHORT)
