"""Mailboxes on this machine: just enough IMAP and POP3, encrypted, to be read by real clients."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CERTIFICATE = Path(__file__).parents[1] / "certificates" / "localhost.pem"
USER, PASSWORD = "bounces@hearth.example", "p@ss word"


@dataclass
class Box:
    """What a mailbox holds.

    Attributes:
        mails: by number, from 1 on.
        breaks_at: the command at which the server hangs up, "" for none.
    """

    mails: dict[int, bytes] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    breaks_at: str = ""
    port: int = 0

    @classmethod
    def holding(cls, *mails: bytes) -> "Box":
        """A box with these mails."""
        return cls(dict(enumerate(mails, 1)))

    def purge(self) -> None:
        """Lets go of what was deleted."""
        self.mails = {number: mail for number, mail in self.mails.items() if number not in self.deleted}
        self.deleted = set()


class Talk(socketserver.StreamRequestHandler):
    """A conversation, line by line."""

    box: Box

    def say(self, line: str | bytes) -> None:
        self.wfile.write((line.encode() if isinstance(line, str) else line) + b"\r\n")

    def lines(self) -> Iterator[str]:
        while line := self.rfile.readline():
            text = line.decode().rstrip("\r\n")
            if self.box.breaks_at and self.box.breaks_at in text:
                return
            yield text


class ImapTalk(Talk):
    def handle(self) -> None:
        self.say("* OK ready")
        for line in self.lines():
            tag, command, *rest = line.split(" ", 2)
            told = rest[0] if rest else ""
            done = self.answer(command.upper(), told)
            self.say(f"{tag} {done}")
            if command.upper() == "LOGOUT":
                return

    def answer(self, command: str, told: str) -> str:
        if command == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif command == "LOGIN":
            return "OK in" if told == f'{USER} "{PASSWORD}"' else "NO wrong password"
        elif command == "SELECT":
            if told != '"INBOX"':
                return "NO no such folder"
            self.say(f"* {len(self.box.mails)} EXISTS")
        elif command == "EXPUNGE":
            self.box.purge()
        elif command == "LOGOUT":
            self.say("* BYE")
        elif told.startswith("SEARCH"):
            self.say("* SEARCH " + " ".join(str(n) for n in self.box.mails if n not in self.box.deleted))
        elif found := re.match(r"FETCH (\d+) \(BODY.PEEK\[\]<0\.(\d+)>\)", told):
            number, most = map(int, found.groups())
            mail = self.box.mails[number][:most]
            self.say(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(mail)}}}".encode())
            self.wfile.write(mail)
            self.say(")")
        elif found := re.match(r"STORE (\d+) \+FLAGS.SILENT \\Deleted", told.replace("(", "").replace(")", "")):
            self.box.deleted.add(int(found.group(1)))
        else:
            return "BAD what?"
        return "OK done"


class PopTalk(Talk):
    def handle(self) -> None:
        self.say("+OK ready")
        for line in self.lines():
            command, *told = line.split(" ")
            if not self.answer(command.upper(), told, line):
                return

    def answer(self, command: str, told: list[str], line: str) -> bool:
        if command == "PASS" and line != f"PASS {PASSWORD}":
            self.say("-ERR wrong password")
            return True
        if command == "QUIT":
            self.box.purge()
        self.say("+OK")
        if command == "LIST":
            for number, mail in self.box.mails.items():
                self.say(f"{number} {len(mail)}")
            self.say(".")
        elif command in ("RETR", "TOP"):
            head, _, body = self.box.mails[int(told[0])].partition(b"\r\n\r\n")
            lines = [*head.split(b"\r\n"), b"", *body.split(b"\r\n")[: int(told[1]) if command == "TOP" else None]]
            for text in lines[:-1] if not lines[-1] else lines:
                self.say(b"." + text if text.startswith(b".") else text)
            self.say(".")
        elif command == "DELE":
            self.box.deleted.add(int(told[0]))
        return command != "QUIT"


@contextmanager
def serving(box: Box, kind: type[Talk]) -> Iterator[Box]:
    """The box behind an encrypted port of this machine; `box.port` says which."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATE, CERTIFICATE.with_suffix(".key"))

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def get_request(self) -> tuple[ssl.SSLSocket, object]:
            sock, address = super().get_request()
            return tls.wrap_socket(sock, server_side=True), address

    with Server(("127.0.0.1", 0), type("Bound", (kind,), {"box": box})) as server:
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield box
        finally:
            server.shutdown()
