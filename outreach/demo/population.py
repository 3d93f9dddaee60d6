"""The demo's invented customers and what they did: contacts.csv and signals.csv, the same for the same `today`.

Pure but for the file it writes: every draw comes from one seeded generator. A few dozen rows are broken on purpose, so
that the import has something to name. Addresses that begin with `gone.` are bounced by the built-in mailbox.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import TypeVar

from outreach.demo.cultures import CULTURES, Culture, Name, Place

SEED = 1_742
CONTACT_COLUMNS = (
    *("external_id", "email", "phone", "first_name", "last_name", "company", "industry", "language", "time_zone"),
    *("country", "customer_since", "consent_email", "consent_sms", "consent_source", "consent_at"),
    *("fireplace", "heating", "last_chimney_visit", "last_boiler_visit", "last_energy_audit", "last_account_review"),
)
SIGNAL_COLUMNS = ("external_id", "kind", "occurred_at", "amount", "currency", "reference")


@dataclass(frozen=True, slots=True)
class Habits:
    """How an industry's customers live: their share of a hundred, and how they deal with an energy company.

    Attributes:
        fireplace: share of them that has one.
        domain: first label of a company's e-mail domain, behind the owner's name; "" for private mailboxes.
        busy: months in which they come twice as often as in the others.
        spend: typical purchase in whole units of their currency.
    """

    share: int
    fireplace: float
    domain: str
    busy: frozenset[int]
    spend: int


HABITS = {
    "households": Habits(40, 0.45, "", frozenset({9, 10, 11}), 140),
    "farms": Habits(12, 0.6, "farm", frozenset({1, 10, 11}), 620),
    "restaurants": Habits(14, 0.3, "kitchen", frozenset({1, 9, 10}), 380),
    "schools": Habits(8, 0.05, "school", frozenset({3, 6, 9}), 900),
    "accountancies": Habits(8, 0.1, "accounts", frozenset({2, 8, 9}), 210),
    "shops": Habits(18, 0.1, "shop", frozenset({2, 3, 10}), 260),
}
HEATINGS = (("gas", 34), ("heat pump", 18), ("wood", 14), ("oil", 14), ("district", 10), ("electric", 10))
KINDS = (("purchase", 45), ("visit", 22), ("question", 15), ("booking", 10), ("reply", 6), ("complaint", 2))
CURRENCIES = {place.country: place.currency for culture in CULTURES for place in culture.places}
#: Currencies whose unit is so small that amounts are told in thousands or hundreds of it.
FACTORS = {"COP": 4_000, "LBP": 90_000, "IQD": 1_300, "MXN": 20, "EGP": 50, "CNY": 7, "GTQ": 8, "MAD": 10}
CONSENT_SOURCES = ("web form", "paper card", "phone call", "contract", "shop counter")

#: Every fiftieth contact row is broken, one way after another: a column and what stands in it. A column that does not
#: exist makes the row too long, None makes it too short.
BROKEN_CONTACTS: tuple[tuple[str, str | None], ...] = (
    ("email", "carys(at)hearth.example"),
    ("email", "two@at@signs.example"),
    ("industry", "space stations"),
    ("time_zone", "Europe/Cardiff"),
    ("language", "Elvish"),
    ("external_id", "HH-00001"),
    ("external_id", ""),
    ("customer_since", "2023-02-30"),
    ("phone", "ring the office"),
    ("consent_email", "perhaps"),
    ("too many", "one cell more"),
    ("email", None),
    ("first_name", "Bell\a"),
    ("country", "Atlantis"),
    ("consent_at", "last Tuesday"),
)
BROKEN_SIGNALS: tuple[tuple[str, str], ...] = (
    ("external_id", "HH-99999"),
    ("external_id", ""),
    ("kind", "telepathy"),
    ("kind", ""),
    ("occurred_at", "2026-02-30T10:00:00+00:00"),
    ("occurred_at", ""),
    ("occurred_at", "yesterday"),
    ("amount", "twelve pounds"),
    ("amount", "NaN"),
    ("currency", "shells"),
    ("reference", "INV\a7"),
    ("too many", "one cell more"),
)

Row = dict[str, str]
_Thing = TypeVar("_Thing")


def write_contacts(
    path: Path, *, today: date, rows: int = 2_000, progress: Callable[[int], None] | None = None
) -> None:
    """Writes contacts.csv (UTF-8, comma, header) with `rows` rows, every fiftieth of them broken.

    Args:
        today: customers have been customers for one to twelve years on this day.
        progress: told how many rows are written.
    """
    people = _people(today, rows)
    lines = (_spoilt(row, index) if _is_spoilt(index) else list(row.values()) for index, row in enumerate(people))
    _write(path, CONTACT_COLUMNS, lines, progress)


def write_signals(path: Path, *, today: date, rows: int = 2_000, progress: Callable[[int], None] | None = None) -> None:
    """Writes signals.csv: what the customers of `write_contacts` did in the two years before `today`, oldest first.

    Args:
        rows: as many as contacts.csv was written with.
        progress: told how many signals are written.
    """
    random = Random(SEED + 1)  # noqa: S311 - invented customers, no secrets
    people = [row for index, row in enumerate(_people(today, rows)) if not _is_spoilt(index)]
    deeds = sorted((deed for row in people for deed in _deeds(random, row, today)), key=lambda deed: (deed[2], deed[0]))
    for number, deed in enumerate(deeds, start=1):
        deed[-1] = f"{deed[1][:3].upper()}-{deed[2][:4]}-{number:06d}"
    spacing = len(deeds) // (len(BROKEN_SIGNALS) + 1)
    for number, (column, value) in enumerate(BROKEN_SIGNALS, start=1):
        model = dict(zip(SIGNAL_COLUMNS, deeds[number * spacing], strict=True))
        deeds.insert(number * spacing, list((model | {column: value}).values()))
    _write(path, SIGNAL_COLUMNS, deeds, progress)


def _write(
    path: Path, columns: Iterable[str], lines: Iterable[list[str]], progress: Callable[[int], None] | None
) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for done, cells in enumerate(lines, start=1):
            writer.writerow(cells)
            if progress is not None and done % 100 == 0:
                progress(done)


def _is_spoilt(index: int) -> bool:
    return index % 50 == 17


def _spoilt(row: Row, index: int) -> list[str]:
    """The cells of `row`, broken in the way that is next."""
    column, value = BROKEN_CONTACTS[index // 50 % len(BROKEN_CONTACTS)]
    if value is None:
        return [cell for name, cell in row.items() if name != column]
    return list((row | {column: value}).values())


def _people(today: date, rows: int) -> list[Row]:
    random = Random(SEED)  # noqa: S311 - invented customers, no secrets
    emails: set[str] = set()
    numbers: set[str] = set()
    return [_person(random, index, today=today, emails=emails, numbers=numbers) for index in range(rows)]


def _person(random: Random, index: int, *, today: date, emails: set[str], numbers: set[str]) -> Row:
    culture = _drawn(random, [(culture, culture.share) for culture in CULTURES])
    place = _drawn(random, [(place, place.share) for place in culture.places])
    industry = _drawn(random, [(key, habits.share) for key, habits in HABITS.items()])
    first, last = random.choice(culture.first), random.choice(culture.last)
    since = _since(random, today)
    may_email = random.choices(("yes", "no", ""), (89, 7, 4))[0]
    phone = _number(random, place, numbers) if random.random() < 0.65 else ""
    may_sms = random.choices(("yes", "no", ""), (75, 15, 10))[0] if phone else ""
    answered = bool(may_email or may_sms)
    consent_at = since + timedelta(days=random.randrange((today - since).days))
    return {
        "external_id": f"HH-{index + 1:05d}",
        "email": _email(random, first, last, industry=industry, gone=index % 100 == 61, taken=emails),
        "phone": phone,
        "first_name": first.written,
        "last_name": last.written,
        "company": _company(random, culture, last=last, industry=industry),
        "industry": industry,
        "language": culture.language,
        "time_zone": place.zone,
        "country": place.country,
        "customer_since": since.isoformat(),
        "consent_email": may_email,
        "consent_sms": may_sms,
        "consent_source": random.choice(CONSENT_SOURCES) if answered else "",
        "consent_at": f"{consent_at}T{_clock_time(random)}+00:00" if answered else "",
        "fireplace": "yes" if random.random() < HABITS[industry].fireplace else "no",
        "heating": _drawn(random, HEATINGS),
        **_services(index, today=today, since=since),
    }


def _services(index: int, *, today: date, since: date) -> Row:
    """When each service was done last, "" where nobody wrote it down; most of them well within their interval."""
    random = Random(SEED + 100_000 + index)  # noqa: S311 - invented customers, no secrets
    days = {
        "last_chimney_visit": random.randint(20, 350),
        "last_boiler_visit": random.randint(20, 350),
        "last_energy_audit": random.randint(30, 1_090),
        "last_account_review": random.randint(160, 260),
    }
    done = {name: today - timedelta(days=ago) for name, ago in days.items()}
    return {name: on.isoformat() if on > since and random.random() < 0.9 else "" for name, on in done.items()}


def _email(random: Random, first: Name, last: Name, *, industry: str, gone: bool, taken: set[str]) -> str:
    word = HABITS[industry].domain
    if word:
        local, domain = first.ascii, f"{last.ascii}-{word}.example"
    else:
        local, domain = f"{first.ascii}.{last.ascii}", random.choice(("letterbox", "post", "homemail")) + ".example"
    local = f"gone.{local}" if gone else local
    spellings = (f"{local}{'' if number == 1 else number}@{domain}" for number in count(1))
    email = next(spelling for spelling in spellings if spelling not in taken)
    taken.add(email)
    return email


def _number(random: Random, place: Place, taken: set[str]) -> str:
    """A free number of the place; "" where the numbers kept for stories are used up."""
    for _ in range(200):
        template = random.choice(place.numbers)
        number = "".join(str(random.randrange(10)) if sign == "#" else sign for sign in template)
        if number not in taken:
            taken.add(number)
            return number
    return ""


def _company(random: Random, culture: Culture, *, last: Name, industry: str) -> str:
    patterns = culture.companies.get(industry)
    return random.choice(patterns).format(last=last.written, town=random.choice(culture.towns)) if patterns else ""


def _since(random: Random, today: date) -> date:
    """One to twelve years before `today`; one customer in fifty signed on a 29 February."""
    leap_days = [
        date(year, 2, 29)
        for year in range(today.year - 11, today.year - 1)
        if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    ]
    if random.random() < 0.02:
        return random.choice(leap_days)
    return today - timedelta(days=random.randint(366, 12 * 365))


def _deeds(random: Random, row: Row, today: date) -> Iterator[list[str]]:
    """What one customer did, a row of cells each; about one in seven has lost the habit months ago."""
    habits = HABITS[row["industry"]]
    begin = max(date.fromisoformat(row["customer_since"]), today - timedelta(days=730))
    end = today - timedelta(days=random.randint(150, 330) if random.random() < 0.14 else 1)
    pace = random.uniform(40, 170)
    currency = CURRENCIES[row["country"]]
    day = begin
    while (day := day + timedelta(days=1 + int(random.expovariate(2 / pace)))) <= end:
        # Twice as many occasions as visits: in a busy month every one is taken, otherwise every second.
        if day.month not in habits.busy and random.random() < 0.5:
            continue
        kind = _drawn(random, KINDS)
        amount = _amount(random, habits.spend, FACTORS.get(currency, 1)) if kind == "purchase" else ""
        occurred_at = f"{day}T{_clock_time(random)}+00:00"
        yield [row["external_id"], kind, occurred_at, amount, currency if amount else "", ""]


def _amount(random: Random, spend: int, factor: int) -> str:
    """A plain decimal around `spend`; currencies of small units are told without their hundredths."""
    value = spend * factor * random.lognormvariate(0, 0.6)
    return f"{value:.0f}" if factor >= 1_000 else f"{value:.2f}"


def _clock_time(random: Random) -> str:
    return time(random.randint(8, 18), random.randrange(60), random.randrange(60)).isoformat()


def _drawn(random: Random, weighted: Iterable[tuple[_Thing, int]]) -> _Thing:
    things, weights = zip(*weighted, strict=True)
    thing: _Thing = random.choices(things, weights)[0]
    return thing
