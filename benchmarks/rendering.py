"""Times rendering: `python -m benchmarks.rendering`: a personalised newsletter of 25 KB as finished octets.

Beside it, in the same run, the plain way: the same page as a Jinja template, then Python's own `EmailMessage`.
The plain way is helped: its page is laid out before, and its links are signed as cheaply as ours.
"""

import email
import email.policy
import json
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from statistics import median
from uuid import UUID

import click
from jinja2 import Environment, Template
from rich.console import Console
from rich.table import Table

from outreach.bootstrap import ROOT
from outreach.domain.content import Brand, EditionText, Recipient
from outreach.rendering.catalogs import Catalogs
from outreach.rendering.compile import BOUNDARY, CompiledMail, Frames, compile_mail
from outreach.rendering.links import Tokens
from outreach.rendering.merge import Field
from outreach.rendering.renderer import Renderer
from outreach.rendering.slots import Own, Skeleton

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
LOCALES = ("en", "cy", "zh-Hans", "es", "fr", "de", "ar")
LINKS = 20
#: Mails of a batch; the fastest batch of several is what the work costs when nobody else is at the machine.
BATCH, PLAIN_BATCH = 500, 20
BRAND = Brand(
    name="Hearth & Home",
    sender_name="Carys at Hearth & Home",
    sender_email="carys@hearth.example",
    reply_to="hello@hearth.example",
    postal_address="1 High Street, Cardiff",
    phone="+44 29 2018 0000",
    website="https://hearth.example",
    colour="#b4451f",
    default_locale="en",
)
NAMES = (
    ("Anna", "Evans", "Blue Door"),
    ("Siân", "Rees", "Caffi'r Ŵyl"),
    ("小明", "王", ""),
    ("Tom", "O'Neill", "A & B"),
)
_FILL = "Close the shutters at dusk, when the glass is the coldest thing in the room, and open them again at dawn. " * 2


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement; every number is the median of the runs'.

    Attributes:
        each_us: microseconds of CPU for each thing (of wall time for a preview and for compiling).
        ratio: how many times as long the plain way takes in the same run; None where there is none.
    """

    what: str
    each_us: float
    ratio: float | None = None


@click.command()
@click.option("--mails", default=20_000, show_default=True, type=click.IntRange(min=BATCH), help="Mails a run.")
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(min=1), help="Runs; medians are shown.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def main(mails: int, repeats: int, as_json: bool) -> None:
    """Times a personalised newsletter beside plain EmailMessage + Jinja, compiling, a preview, and the memory of it."""
    renderer, text = a_renderer(), a_newsletter("en")
    size = len(renderer.mail(text, a_recipient(0), now=NOW).html.encode())
    runs = [_run(renderer, text, mails) for _ in range(repeats)]
    lines = [_summed_up(list(lines)) for lines in zip(*runs, strict=True)]
    growth = _growth(renderer, text, mails)
    if as_json:
        said = {"lines": [asdict(line) for line in lines], "html_bytes": size, "grew_kb": growth}
        click.echo(json.dumps(said, indent=2))
        return
    table = Table()
    for column in ("what", "microseconds each", "ratio"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for line in lines:
        table.add_row(line.what, f"{line.each_us:,.1f}", f"{line.ratio:.0f}" if line.ratio else "")
    console = Console(width=100)
    console.print(table)
    console.print(f"HTML part {size:,} bytes; {mails:,} more mails made the process grow by {growth:,} KB.")


def a_renderer() -> Renderer:
    """A renderer that has compiled nothing."""
    return Renderer(BRAND, _tokens(), locales_dir=ROOT / "locales", templates_dir=ROOT / "templates" / "messages")


def a_newsletter(locale: str) -> EditionText:
    """Twelve merge fields and twenty tracked links on a page of about 25 KB."""
    urls = [f"https://hearth.example/read/{number}" for number in range(LINKS)]
    fields = ["contact.last_name", "contact.company", "contact.industry", "contact.customer_since", "business.phone"]
    greeting = 'Hello {{ contact.first_name | default("there") }} of {{ contact.company | default("the house") }},'
    blocks = [f"::: value\n## Wrap the taps\n\n{greeting}\n:::"]
    abouts = [f"### About {{{{ {name} }}}}\n\n{_FILL}" for name in [*fields, *fields[:4]]]
    blocks += ["::: value\n" + "\n\n".join(abouts) + "\n:::"]
    blocks += [f"::: tip\n{_FILL[:60]} [Read part {at}]({url}).\n:::" for at, url in enumerate(urls[:2])]
    blocks += ["::: value\n" + "\n".join(f"- [Part {at}]({url})" for at, url in enumerate(urls[2:])) + "\n:::"]
    subject = "Before the frost, {{ contact.first_name | default('neighbour') }}"
    link_ids = {url: number for number, url in enumerate(urls, start=1)}
    return EditionText(1, 1, locale, subject, "A short list.", "\n\n".join(blocks), link_ids)


def a_recipient(number: int) -> Recipient:
    """One of many, with a touch id of their own."""
    first, last, company = NAMES[number % len(NAMES)]
    # No two last names or companies are alike, so that what the renderer remembers does not flatter it.
    last, company = f"{last} {number}", f"{company} {number}" if company else ""
    day = date(2019, 1 + number % 12, 1)
    return Recipient(UUID(int=number), f"c{number}@customer.example", first, last, company, "Restaurants", day)


def _tokens() -> Tokens:
    return Tokens([b"a key of a benchmark"], "https://o.hearth.example")


def _run(renderer: Renderer, text: EditionText, mails: int) -> list[Line]:
    plain = PlainWay(renderer, text)
    for number in range(len(NAMES)):
        _agree(renderer.mail(text, a_recipient(number), now=NOW).data, plain.mail(a_recipient(number)))
    ours = _fastest(lambda number: renderer.mail(text, a_recipient(number), now=NOW), mails, BATCH)
    jinja = _fastest(lambda number: plain.page(a_recipient(number)), max(200, mails // 20), PLAIN_BATCH)
    whole = _fastest(lambda number: plain.mail(a_recipient(number)), max(60, mails // 100), PLAIN_BATCH)
    began = time.perf_counter()
    fresh = a_renderer()
    for locale in LOCALES:
        fresh.mail(a_newsletter(locale), a_recipient(0), now=NOW)
    compiling = (time.perf_counter() - began) * 1e6
    began = time.perf_counter()
    a_renderer().mail(text, a_recipient(1), now=NOW)
    preview = (time.perf_counter() - began) * 1e6
    return [
        Line("a mail as finished octets, from its skeleton", ours, whole / ours),
        Line("the page alone, by Jinja", jinja),
        Line("the plain way: Jinja and EmailMessage", whole),
        Line(f"compiling {len(LOCALES)} locales (wall)", compiling),
        Line("a preview: nothing compiled before (wall)", preview),
    ]


class PlainWay:
    """The same mail as most programs would make it: one Jinja template for each part, then `EmailMessage`."""

    def __init__(self, renderer: Renderer, text: EditionText) -> None:
        frames = Frames(BRAND, Catalogs(ROOT / "locales"), ROOT / "templates" / "messages", renderer.tokens)
        self.renderer, self.text = renderer, text
        compiled = compile_mail(text, frames)
        self._page = _template(compiled, compiled.html, autoescape=True)
        self._words = _template(compiled, compiled.text, autoescape=False)
        self._subject = _template(compiled, compiled.subject, autoescape=False)

    def page(self, recipient: Recipient) -> str:
        """The HTML part."""
        return self._page.render(self._values(recipient))

    def mail(self, recipient: Recipient) -> bytes:
        """The whole mail."""
        values = self._values(recipient)
        domain = BRAND.sender_email.partition("@")[2]
        message = EmailMessage(policy=email.policy.SMTP)
        message["From"] = f'"{BRAND.sender_name}" <{BRAND.sender_email}>'
        message["Reply-To"] = BRAND.reply_to
        message["To"] = recipient.address
        message["Subject"] = self._subject.render(values)
        message["Date"] = format_datetime(NOW)
        message["Message-ID"] = f"<{recipient.touch_id}@{domain}>"
        message["X-Outreach-Message"] = str(recipient.touch_id)
        message["List-ID"] = f"<customers.{domain}>"
        message["List-Unsubscribe"] = f"<{self.renderer.tokens.unsubscribe_at(str(values['unsubscribe']))}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["Content-Language"] = self.text.locale
        message.set_content(self._words.render(values), cte="quoted-printable")
        message.add_alternative(self._page.render(values), subtype="html", cte="quoted-printable")
        message.set_boundary(BOUNDARY)
        return message.as_bytes()

    def _values(self, recipient: Recipient) -> dict[str, object]:
        heads = self.renderer.tokens.heads(recipient.touch_id)
        since = recipient.customer_since
        contact = {
            "first_name": recipient.first_name,
            "last_name": recipient.last_name,
            "company": recipient.company,
            "industry": recipient.industry,
            "customer_since": f"{since.day} {since:%B} {since.year}" if since else "",
        }
        own = {"unsubscribe": heads.unsubscribe, "pixel": heads.pixel, "click": heads.click, "riders": ""}
        return {"contact": contact, "business": {"phone": BRAND.phone}, **own}


def _template(compiled: CompiledMail, skeleton: Skeleton, *, autoescape: bool) -> Template:
    """A skeleton as a Jinja template, its literal stretches kept as they are."""
    environment = Environment(autoescape=autoescape, keep_trailing_newline=True)
    words = skeleton.segments[0]
    for slot, segment in zip(skeleton.slots, skeleton.segments[1:], strict=True):
        words += _expression(compiled, slot) + segment
    return environment.from_string(words)


def _expression(compiled: CompiledMail, place: int) -> str:
    match compiled.slots[place]:
        case Field(name=name, default=default):
            return "{{ " + name + (f' or "{default}"' if default else "") + " }}"
        case Own() as own:
            return "{{ " + own.value + " }}"
        case branch:
            raise TypeError(f"the newsletter has no branch: {branch}")


def _agree(ours: bytes, plain: bytes) -> None:
    """Raises AssertionError unless both mails say the same to a mail program."""
    read = [email.message_from_bytes(data, policy=email.policy.default) for data in (ours, plain)]
    said = []
    for message in read:
        parts = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
        # EmailMessage ends every part with a line break.
        said.append((str(message["Subject"]), [bytes(part).replace(b"\r\n", b"\n").rstrip(b"\n") for part in parts]))
    if said[0] != said[1]:
        raise AssertionError("the two ways of rendering do not say the same")


def _fastest(make: Callable[[int], object], times: int, batch: int) -> float:
    """Microseconds of CPU for one, in the fastest batch: interruptions by other work only ever add."""
    taken = []
    for start in range(0, times, batch):
        began = time.process_time_ns()
        for number in range(start, start + batch):
            make(number)
        taken.append((time.process_time_ns() - began) / batch / 1_000)
    return min(taken)


def _growth(renderer: Renderer, text: EditionText, mails: int) -> int:
    """Kilobytes that the process's greatest size grew by while `mails` more were made and dropped."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(mails, 2 * mails):
        renderer.mail(text, a_recipient(number), now=NOW)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before


def _summed_up(lines: Sequence[Line]) -> Line:
    ratios = [line.ratio for line in lines if line.ratio is not None]
    return Line(lines[0].what, median(line.each_us for line in lines), median(ratios) if ratios else None)


if __name__ == "__main__":
    main()
