"""A conversation tells "provably not sent" from "nobody knows", whatever the server does."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from outreach.providers.base import Outcome, Outgoing, Receipt
from outreach.providers.conversation import PATIENCE, Conversation, unusable
from outreach.providers.dialling import Server
from outreach.providers.mailbox.server import HOST
from tests.providers.conftest import SHORT, Behaviour, running

BODY = b"Subject: Hello\r\n\r\nHello.\r\n"
#: More than the buffers of both ends hold, so that a cut in the middle is noticed before the end is reached.
BIG = BODY + b"x" * 70 + b"\r\n" + (b"y" * 76 + b"\r\n") * 200_000


def mail(recipient: str = "anna@example.com", *, sender: str = "b@hearth.example", data: bytes = BODY) -> Outgoing:
    return Outgoing(touch_id=uuid4(), sender=sender, recipient=recipient, data=data)


def told(port: int, batch: Sequence[Outgoing]) -> list[Receipt]:
    """The receipts of `batch`, all of them and in the order of the batch."""
    talk = Conversation(Server(HOST, port), hostname="localhost", time_outs=SHORT)
    receipts = list(talk.send(batch))
    talk.close()
    assert [receipt.touch_id for receipt in receipts] == [message.touch_id for message in batch]
    return receipts


def outcomes(receipts: Sequence[Receipt]) -> list[Outcome]:
    return [receipt.outcome for receipt in receipts]


def test_an_accepted_message_is_sent_and_keeps_the_servers_name_for_it() -> None:
    behaviour = Behaviour()
    with running(behaviour) as port:
        [receipt] = told(port, [mail()])
    assert receipt.outcome is Outcome.SENT
    assert receipt.reference == "ABC123"
    assert receipt.answer == "250 2.0.0 OK: queued as ABC123"
    assert behaviour.kept[0][:3] == ("b@hearth.example", ["anna@example.com"], BODY)


def test_a_batch_goes_over_one_connection() -> None:
    behaviour = Behaviour()
    with running(behaviour) as port:
        receipts = told(port, [mail(f"a{number}@example.com") for number in range(20)])
    assert outcomes(receipts) == [Outcome.SENT] * 20
    assert behaviour.connections == 1


@pytest.mark.parametrize("body", [b".\r\n", b"..\r\n", b"x\r\n.\r\ny\r\n", b"x\r\n..y\r\n", b".x\r\n.\r\n.\r\n"])
def test_lines_of_dots_arrive_as_they_left(body: bytes) -> None:
    behaviour = Behaviour()
    with running(behaviour) as port:
        told(port, [mail(data=body), mail(data=BODY)])
    assert [kept[2] for kept in behaviour.kept] == [body, BODY]


def test_a_message_cut_in_the_middle_of_its_body_was_not_sent_and_the_rest_goes_on() -> None:
    behaviour = Behaviour(cut_in_body=True, cuts=1)
    with running(behaviour) as port:
        receipts = told(port, [mail(data=BIG), mail()])
    assert outcomes(receipts) == [Outcome.RETRY, Outcome.SENT]
    assert len(behaviour.kept) == 1
    assert behaviour.connections == 2


def test_a_message_cut_after_its_dot_is_unknown_and_the_rest_goes_on() -> None:
    behaviour = Behaviour(cut_after_dot=True, cuts=1)
    with running(behaviour) as port:
        receipts = told(port, [mail(), mail()])
    assert outcomes(receipts) == [Outcome.UNKNOWN, Outcome.SENT]


def test_a_server_silent_after_the_dot_leaves_the_message_unknown() -> None:
    with running(Behaviour(silent=True)) as port:
        [receipt] = told(port, [mail()])
    assert receipt.outcome is Outcome.UNKNOWN
    assert "DOT" in receipt.answer


def test_a_server_that_always_breaks_off_is_left_alone_after_a_few_messages() -> None:
    behaviour = Behaviour(cut_after_dot=True)
    with running(behaviour) as port:
        receipts = told(port, [mail() for _ in range(PATIENCE + 4)])
    assert outcomes(receipts) == [Outcome.UNKNOWN] * PATIENCE + [Outcome.RETRY] * 4
    assert behaviour.connections == PATIENCE


def test_nobody_listening_makes_every_message_wait() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        receipts = told(taken.getsockname()[1], [mail(), mail()])
    assert outcomes(receipts) == [Outcome.RETRY] * 2
    assert receipts[1].answer.startswith("not tried: ")


def test_a_server_name_that_does_not_resolve_makes_every_message_wait() -> None:
    talk = Conversation(Server("mail.invalid", 25), hostname="localhost", time_outs=SHORT)
    assert outcomes(list(talk.send([mail(), mail()]))) == [Outcome.RETRY] * 2


def test_a_server_that_greets_with_a_refusal_makes_every_message_wait() -> None:
    with listening(b"554 5.7.1 go away\r\n") as port:
        receipts = told(port, [mail(), mail()])
    assert outcomes(receipts) == [Outcome.RETRY] * 2
    assert "554 5.7.1 go away" in receipts[0].answer


def test_a_server_that_talks_nonsense_after_the_dot_leaves_the_message_unknown() -> None:
    script = b"220 hi\r\n250 hi\r\n250 ok\r\n250 ok\r\n354 go\r\nwhat?\r\n"
    with listening(script) as port:
        [receipt] = told(port, [mail()])
    assert receipt.outcome is Outcome.UNKNOWN


def test_a_server_that_says_yes_instead_of_go_ahead_has_not_taken_the_message() -> None:
    with listening(b"220 hi\r\n250 hi\r\n250 ok\r\n250 ok\r\n250 ok\r\n") as port:
        [receipt] = told(port, [mail()])
    assert receipt.outcome is Outcome.RETRY


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"])
def test_a_recipient_who_is_gone_fails_and_the_address_is_dead(status: str) -> None:
    with running(Behaviour(rcpt=lambda address: f"550 {status} no" if address.startswith("gone") else "")) as port:
        receipts = told(port, [mail("gone@example.com"), mail()])
    assert outcomes(receipts) == [Outcome.FAILED, Outcome.SENT]
    assert [receipt.dead_address for receipt in receipts] == [True, False]


@pytest.mark.parametrize("answer", ["550 5.7.1 policy", "552 5.2.2 full", "550 no code", "554 5.1.11 unlike 5.1.1"])
def test_a_final_refusal_for_another_reason_fails_and_spares_the_address(answer: str) -> None:
    with running(Behaviour(rcpt=lambda address: answer)) as port:
        [receipt] = told(port, [mail()])
    assert (receipt.outcome, receipt.dead_address) == (Outcome.FAILED, False)


def test_a_passing_refusal_of_a_recipient_waits() -> None:
    behaviour = Behaviour(rcpt=lambda address: "451 4.7.1 greylisted" if address.startswith("grey") else "")
    with running(behaviour) as port:
        receipts = told(port, [mail("grey@example.com"), mail()])
    assert outcomes(receipts) == [Outcome.RETRY, Outcome.SENT]
    assert behaviour.connections == 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("554 5.7.1 spam", Outcome.FAILED),
        ("452 4.3.1 disk full", Outcome.RETRY),
        ("421 4.3.2 closing", Outcome.RETRY),
        ("250 fine", Outcome.SENT),
    ],
)
def test_the_answer_to_the_dot_decides(answer: str, outcome: Outcome) -> None:
    with running(Behaviour(data=answer)) as port:
        [receipt] = told(port, [mail()])
    assert receipt.outcome is outcome
    assert receipt.answer == answer


def test_a_refused_sender_fails_but_kills_no_address() -> None:
    with running(Behaviour(mail="550 5.1.1 who are you")) as port:
        [receipt] = told(port, [mail()])
    assert (receipt.outcome, receipt.dead_address) == (Outcome.FAILED, False)


def test_a_server_that_wants_a_sign_in_does_not_burn_the_list() -> None:
    with running(Behaviour(mail="530 5.7.0 authentication required")) as port:
        [receipt] = told(port, [mail()])
    assert receipt.outcome is Outcome.RETRY


def test_a_connection_that_went_stale_between_two_batches_costs_nothing() -> None:
    behaviour = Behaviour()
    with running(behaviour, timeout=0.2) as port:
        talk = Conversation(Server(HOST, port), hostname="localhost", time_outs=SHORT)
        first = list(talk.send([mail()]))
        assert talk._smtp is not None
        assert talk._smtp.sock is not None
        talk._smtp.sock.recv(1, socket.MSG_PEEK)  # returns when the server has hung up
        second = list(talk.send([mail()]))
        talk.close()
    assert outcomes(first + second) == [Outcome.SENT, Outcome.SENT]
    assert behaviour.connections == 2


def test_addresses_beyond_ascii_travel_where_the_server_takes_them() -> None:
    behaviour = Behaviour()
    with running(behaviour) as port:
        [receipt] = told(port, [mail("änne@exämple.com")])
    assert receipt.outcome is Outcome.SENT
    assert behaviour.kept[0][1] == ["änne@exämple.com"]


def test_addresses_beyond_ascii_fail_where_the_server_does_not_take_them() -> None:
    with listening(b"220 hi\r\n250 hi\r\n221 bye\r\n") as port:
        [receipt] = told(port, [mail("änne@exämple.com")])
    assert receipt.outcome is Outcome.FAILED
    assert not receipt.dead_address


def test_octets_beyond_ascii_and_the_size_are_announced() -> None:
    data = "Subject: x\r\n\r\nGrüße\r\n".encode()
    behaviour = Behaviour()
    with running(behaviour) as port:
        told(port, [mail(data=data)])
    assert set(behaviour.kept[0][3]) >= {f"SIZE={len(data)}", "BODY=8BITMIME"}


@pytest.mark.parametrize(
    "message",
    [
        mail("a@example.com>\r\nRCPT TO:<b@example.com"),
        mail("a b@example.com"),
        mail(""),
        mail(sender="x\n@hearth.example"),
        mail(data=b"Subject: x\r\n\r\nx\n.\nMAIL FROM:<x@y>\r\n"),
        mail(data=b"Subject: x\r\n\r\nx\r.\r"),
    ],
)
def test_a_message_that_could_smuggle_commands_never_reaches_the_wire(message: Outgoing) -> None:
    assert unusable(message)
    behaviour = Behaviour()
    with running(behaviour) as port:
        receipts = told(port, [message, mail()])
    assert outcomes(receipts) == [Outcome.FAILED, Outcome.SENT]
    assert len(behaviour.kept) == 1


def test_an_interrupted_body_is_never_ended_by_a_good_bye() -> None:
    """Whoever stops us in the middle of a body must not make a half message whole."""
    behaviour = Behaviour()
    with running(behaviour) as port:
        talk = Conversation(Server(HOST, port), hostname="localhost", time_outs=SHORT)
        list(talk.send([mail()]))
        smtp = talk._smtp
        assert smtp is not None

        def interrupted() -> None:
            raise RuntimeError("time is up")

        smtp.getreply = interrupted  # type: ignore[method-assign, assignment]
        with pytest.raises(RuntimeError, match="time is up"):
            list(talk.send([mail()]))
        talk.close()
        assert smtp.sock is None
    assert len(behaviour.kept) == 1


class listening:  # noqa: N801 - reads as a verb
    """A server that says its lines whatever it hears: one at the start and one for each line that ends a turn."""

    def __init__(self, script: bytes) -> None:
        self.lines = script.splitlines(keepends=True)
        self.socket = socket.create_server((HOST, 0))
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self) -> int:
        self.thread.start()
        port: int = self.socket.getsockname()[1]
        return port

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def run(self) -> None:
        try:
            connection, _ = self.socket.accept()
            with connection, connection.makefile("rb") as heard:
                connection.sendall(self.lines[0])
                in_body = False
                for line in self.lines[1:]:
                    while in_body and heard.readline() not in (b".\r\n", b""):
                        pass
                    if not in_body:
                        heard.readline()
                    connection.sendall(line)
                    in_body = line.startswith(b"354")
                heard.read()
        except OSError:
            return  # the test is over


class Piping(Behaviour):
    """A server that offers PIPELINING."""

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]


@contextmanager
def scripted(*answers: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A server that offers PIPELINING, takes one piece of whatever comes and gives the next answer; b"" hangs up."""
    pieces: list[bytes] = []
    with socket.create_server((HOST, 0)) as listener:

        def serve() -> None:
            link, _ = listener.accept()
            with link:
                link.sendall(b"220 here\r\n")
                pieces.append(link.recv(65536))
                link.sendall(b"250-here\r\n250 PIPELINING\r\n")
                for answer in answers:
                    pieces.append(link.recv(65536))
                    if not answer:
                        return
                    link.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], pieces
        thread.join(10)


YES = b"250 ok\r\n250 ok\r\n354 go on\r\n"


def test_where_it_is_offered_all_that_comes_before_the_body_goes_in_one_piece() -> None:
    with scripted(YES, b"", b"") as (port, pieces):
        told(port, [mail()])
    assert pieces[1] == b"MAIL FROM:<b@hearth.example>\r\nRCPT TO:<anna@example.com>\r\nDATA\r\n"
    assert pieces[2].startswith(BODY)


def test_a_batch_goes_through_a_pipe_as_it_goes_without() -> None:
    behaviour = Piping(rcpt=lambda address: "550 5.1.1 nobody" if address.startswith("gone") else "")
    with running(behaviour) as port:
        receipts = told(port, [mail("a@example.com"), mail("gone@example.com"), mail("b@example.com")])
    assert outcomes(receipts) == [Outcome.SENT, Outcome.FAILED, Outcome.SENT]
    assert receipts[1].dead_address
    assert [kept[1] for kept in behaviour.kept] == [["a@example.com"], ["b@example.com"]]
    assert behaviour.connections == 1


def test_a_server_that_refuses_everybody_and_wants_a_body_all_the_same_gets_an_empty_one() -> None:
    refusal = b"250 ok\r\n550 5.1.1 nobody\r\n354 go on\r\n"
    with scripted(refusal, b"554 no valid recipients\r\n", b"250 ok\r\n", b"221 bye\r\n") as (port, pieces):
        [receipt] = told(port, [mail()])
    assert (receipt.outcome, receipt.dead_address) == (Outcome.FAILED, True)
    assert pieces[2:] == [b".\r\n", b"RSET\r\n", b"QUIT\r\n"]


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        pytest.param([b""], Outcome.RETRY, id="nothing"),
        pytest.param([b"250 ok\r\n", b""], Outcome.RETRY, id="after mail"),
        pytest.param([b"250 ok\r\n250 ok\r\n", b""], Outcome.RETRY, id="after rcpt"),
        pytest.param([b"421 4.3.2 closing\r\n", b""], Outcome.RETRY, id="closing"),
        pytest.param([b"250 ok\r\n250 ok\r\n421 4.3.2 closing\r\n", b""], Outcome.RETRY, id="closing at data"),
        pytest.param(
            [b"250 ok\r\n250 ok\r\n451 later\r\n", b"250 ok\r\n", b"221\r\n"], Outcome.RETRY, id="data put off"
        ),
        pytest.param([YES, b"550 5.6.0 no\r\n", b"221 bye\r\n"], Outcome.FAILED, id="refused at the dot"),
        pytest.param([YES, b"x\r\n"], Outcome.UNKNOWN, id="nonsense at the dot"),
    ],
)
def test_a_pipe_leaves_the_phases_as_sharp_as_they_are(answers: Sequence[bytes], outcome: Outcome) -> None:
    with scripted(*answers) as (port, _):
        [receipt] = told(port, [mail()])
    assert receipt.outcome is outcome
