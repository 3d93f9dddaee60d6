"""Sending over one account and over several, with return paths and signatures."""

import subprocess
from collections import Counter
from uuid import uuid4

import pytest

from outreach.domain.errors import BadInput
from outreach.providers.base import Outcome, Outgoing, Receipt
from outreach.providers.dialling import Server
from outreach.providers.mailbox.server import HOST
from outreach.providers.smtp import accounts
from outreach.providers.smtp.accounts import Account
from outreach.providers.smtp.dkim import Signer
from outreach.providers.smtp.send import SmtpProvider
from tests.providers.conftest import SHORT, Behaviour, running
from tests.providers.smtp.returned_mail import PATH

BODY = b"From: b@hearth.example\r\nSubject: Hello\r\n\r\nHello.\r\n"
#: Nobody listens there.
DEAD = Server(HOST, 1)


def batch(count: int) -> list[Outgoing]:
    return [Outgoing(uuid4(), "b@hearth.example", f"a{number}@example.com", BODY) for number in range(count)]


def send(provider: SmtpProvider, *batches: list[Outgoing]) -> list[Receipt]:
    with provider.open() as line:
        receipts = [receipt for one in batches for receipt in line.send(one)]
    asked = Counter(mail.touch_id for one in batches for mail in one)
    assert Counter(receipt.touch_id for receipt in receipts) == asked
    return receipts


def outcomes(receipts: list[Receipt]) -> Counter[Outcome]:
    return Counter(receipt.outcome for receipt in receipts)


def test_the_envelope_sender_names_the_message() -> None:
    behaviour, mails = Behaviour(), batch(2)
    with running(behaviour) as port:
        send(SmtpProvider([Account("a", Server(HOST, port))], "localhost", return_path=PATH, time_outs=SHORT), mails)
    assert [PATH.read(kept[0] or "") for kept in behaviour.kept] == [mail.touch_id for mail in mails]


def test_each_mail_leaves_signed_and_one_that_cannot_be_signed_fails_alone() -> None:
    key = subprocess.run(["openssl", "genrsa", "1024"], capture_output=True, check=True).stdout
    behaviour, mails = Behaviour(), batch(2)
    broken = Outgoing(uuid4(), "b@hearth.example", "x@example.com", b"no header at all\r\n")
    with running(behaviour) as port:
        account = Account("a", Server(HOST, port))
        provider = SmtpProvider([account], "localhost", signer=Signer("hearth.example", "k", key), time_outs=SHORT)
        receipts = send(provider, [mails[0], broken, mails[1]])
    assert outcomes(receipts) == {Outcome.SENT: 2, Outcome.FAILED: 1}
    assert all(kept[2].startswith(b"DKIM-Signature: ") and kept[2].endswith(BODY) for kept in behaviour.kept)


def test_a_connection_outlives_the_chunk_it_was_opened_for() -> None:
    behaviour = Behaviour()
    with running(behaviour) as port:
        provider = SmtpProvider([Account("a", Server(HOST, port))], "localhost", time_outs=SHORT)
        for _ in range(5):
            send(provider, batch(2), batch(1))
        provider.close()
    assert len(behaviour.kept) == 15
    assert behaviour.connections == 1


def test_a_connection_that_waited_too_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "IDLE_SECONDS", -1.0)
    behaviour = Behaviour()
    with running(behaviour) as port:
        provider = SmtpProvider([Account("a", Server(HOST, port))], "localhost", time_outs=SHORT)
        send(provider, batch(1))
        send(provider, batch(1))
    assert behaviour.connections == 2


def test_a_connection_that_was_cut_is_not_kept() -> None:
    behaviour = Behaviour(cut_after_dot=True, cuts=1)
    with running(behaviour) as port:
        provider = SmtpProvider([Account("a", Server(HOST, port))], "localhost", time_outs=SHORT)
        assert outcomes(send(provider, batch(1))) == {Outcome.UNKNOWN: 1}
        assert outcomes(send(provider, batch(1))) == {Outcome.SENT: 1}
    assert behaviour.connections == 2


def test_accounts_share_by_weight() -> None:
    heavy, light = Behaviour(), Behaviour()
    with running(heavy) as first, running(light) as second:
        ways = [Account("light", Server(HOST, second)), Account("heavy", Server(HOST, first), weight=3)]
        provider = SmtpProvider(ways, "localhost", time_outs=SHORT)
        for _ in range(20):
            send(provider, batch(2))
    assert (len(heavy.kept), len(light.kept)) == (30, 10)


def test_an_account_sends_no_more_than_it_may_and_the_others_take_the_rest() -> None:
    first, second = Behaviour(), Behaviour()
    may = {"first": 3, "second": 4}

    def limit(account: str, messages: int) -> int:
        granted = min(messages, may[account])
        may[account] -= granted
        return granted

    with running(first) as one, running(second) as two:
        ways = [Account("first", Server(HOST, one)), Account("second", Server(HOST, two))]
        receipts = send(SmtpProvider(ways, "localhost", limit=limit, time_outs=SHORT), batch(10))
    assert (len(first.kept), len(second.kept)) == (3, 4)
    assert outcomes(receipts) == {Outcome.SENT: 7, Outcome.RETRY: 3}
    assert "may for now" in receipts[-1].answer


def test_another_account_stands_in_for_one_that_is_down() -> None:
    behaviour = Behaviour()
    with running(behaviour) as port:
        ways = [Account("dead", DEAD), Account("alive", Server(HOST, port))]
        receipts = send(SmtpProvider(ways, "localhost", time_outs=SHORT), batch(5), batch(5))
    assert outcomes(receipts) == {Outcome.SENT: 10}
    assert behaviour.connections == 1


def test_where_all_are_down_everything_waits_and_says_why() -> None:
    provider = SmtpProvider([Account("dead", DEAD), Account("too", DEAD)], "localhost", time_outs=SHORT)
    receipts = send(provider, batch(3), batch(2))
    assert outcomes(receipts) == {Outcome.RETRY: 5}
    assert all("not tried" in receipt.answer for receipt in receipts)


def test_without_an_account_nothing_is_tried() -> None:
    assert outcomes(send(SmtpProvider([], "localhost"), batch(2))) == {Outcome.RETRY: 2}


@pytest.mark.parametrize("weight", [0, -1, float("nan")])
def test_a_weight_must_be_above_nothing(weight: float) -> None:
    with pytest.raises(BadInput, match="above 0"):
        Account("a", DEAD, weight=weight)
