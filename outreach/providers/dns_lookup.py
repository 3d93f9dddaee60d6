"""Asks name servers, many questions at once, and tells "no" from "nobody answered"."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field

import dns.asyncresolver
import dns.exception
import dns.rdata
import dns.rdtypes.ANY.TXT
import dns.resolver

from outreach.domain.errors import NotReady
from outreach.domain.sender_check.records import Answer, Fate, Question

#: Seconds for one question with all its retries and servers.
LIFETIME = 4.0
#: Questions that are asked at once.
AT_ONCE = 20
#: Records of an answer, and characters of a record, that are kept.
MOST_RECORDS = 50
RECORD_LENGTH = 4_096


def machine_resolver() -> dns.asyncresolver.Resolver:
    """The name servers that this machine uses.

    Raises:
        NotReady: if it has none.
    """
    try:
        resolver = dns.asyncresolver.Resolver()
    except dns.resolver.NoResolverConfiguration as error:
        raise NotReady("this machine knows no name server: set one in /etc/resolv.conf") from error
    resolver.lifetime = LIFETIME
    return resolver


@dataclass(frozen=True, slots=True)
class DnsLookup:
    """Asks `resolver`; by default the machine's own name servers."""

    resolver: dns.asyncresolver.Resolver = field(default_factory=machine_resolver)

    def ask(self, questions: Collection[Question]) -> dict[Question, Answer]:
        """The answer to each question; never raises for what name servers do or leave undone."""
        return asyncio.run(self._ask(questions))

    async def _ask(self, questions: Collection[Question]) -> dict[Question, Answer]:
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(question: Question) -> Answer:
            async with turns:
                return await self._answer(question)

        answers = await asyncio.gather(*(one(question) for question in questions))
        return dict(zip(questions, answers, strict=True))

    async def _answer(self, question: Question) -> Answer:
        try:
            found = await self.resolver.resolve(question.name, question.type.value, search=False)
        except dns.resolver.NXDOMAIN:
            return Answer(Fate.NO_SUCH_NAME)
        except dns.resolver.NoAnswer:
            return Answer(Fate.NO_RECORD)
        except dns.exception.Timeout:
            return Answer(Fate.TIMED_OUT)
        # NoNameservers is SERVFAIL and REFUSED; the others are answers, or names in records, that make no sense.
        except (dns.exception.DNSException, OSError, UnicodeError):
            return Answer(Fate.SERVER_FAILED)
        return Answer(Fate.FOUND, tuple(_text(record)[:RECORD_LENGTH] for record in list(found)[:MOST_RECORDS]))


def _text(record: dns.rdata.Rdata) -> str:
    """A record as text: TXT strings joined without a gap (RFC 7208 3.3, RFC 6376 3.6.2.2), names without final dot."""
    if isinstance(record, dns.rdtypes.ANY.TXT.TXT):
        return b"".join(record.strings).decode("utf-8", "replace")
    text = record.to_text()
    return text if text.endswith(" .") else text.rstrip(".")
