"""A contact as a row of a table brings it: read cell by cell, each fault named with the value and the mend."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import available_timezones

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from email_validator import EmailNotValidError, validate_email
from holidays.utils import list_supported_countries

from outreach.domain.calendar.places import country_of, is_place, regions_to_choose_from
from outreach.domain.consent_terms import TERMS, Basis
from outreach.domain.content import fallback_chain
from outreach.domain.instants import SLACK, parsed_instant
from outreach.domain.refused import CellFault
from outreach.domain.touch import Channel
from outreach.domain.words import has_controls

REQUIRED = ("external_id", "industry", "language", "time_zone")
KNOWN = (
    "external_id",
    "email",
    "phone",
    "first_name",
    "last_name",
    "company",
    "industry",
    "language",
    "time_zone",
    "country",
    "region",
    "customer_since",
    "consent_email",
    "consent_sms",
    "consent_source",
    "consent_at",
    "consent_basis",
)
"""Columns with a meaning (design, "The files people bring"); every other column becomes an attribute."""

YES = frozenset({"yes", "y", "true", "1", "ja", "oui", "sí", "si", "ie", "ydw", "是", "نعم", "opt-in", "granted"})
NO = frozenset({"no", "n", "false", "0", "nein", "non", "na", "nac ydw", "否", "不", "لا", "opt-out", "withdrawn"})
LONGEST = {"external_id": 100, "first_name": 100, "last_name": 100, "company": 200, "consent_source": 200}
LONGEST_ATTRIBUTE = 500
_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class NewContact:
    """A row that can be taken.

    Attributes:
        email: domain in lower case; "" if there is none. phone: E.164; "" if there is none.
        language: BCP 47 in its usual spelling. time_zone: IANA. country: ISO 3166 alpha-2; "" if unknown.
        region: ISO 3166-2 with its country, "DE-BY"; "" if unknown.
        consents: True or False for each channel the row says something about.
        consent_at: aware, UTC; None if the row does not say when. consent_basis: what allows us to write.
    """

    external_id: str
    email: str
    phone: str
    first_name: str
    last_name: str
    company: str
    industry: str
    language: str
    time_zone: str
    country: str
    customer_since: date | None
    region: str = ""
    consents: Mapping[Channel, bool] = field(default_factory=dict)
    consent_source: str = ""
    consent_at: datetime | None = None
    consent_basis: Basis = Basis.CONSENT
    attributes: Mapping[str, str] = field(default_factory=dict)


def read_contact(
    cells: Mapping[str, str], *, industries: Collection[str], locales: Collection[str], today: date
) -> tuple[NewContact | None, list[CellFault]]:
    """The contact in a row, or None and everything that is wrong with the row.

    Args:
        industries: keys that exist. locales: languages we write; readers of others get the default one.
        today: customers and consents are not of the future.
    """
    reader = _RowReader(cells)
    region = reader.region()
    country = reader.country() or country_of(region)
    contact = NewContact(
        external_id=reader.external_id(),
        email=reader.email(),
        phone=reader.phone(country),
        first_name=reader.words("first_name"),
        last_name=reader.words("last_name"),
        company=reader.words("company"),
        industry=reader.one_of("industry", industries),
        language=reader.language(locales),
        time_zone=reader.time_zone(),
        country=country,
        region=region,
        customer_since=reader.day("customer_since", latest=today),
        consents=reader.consents(),
        consent_source=reader.words("consent_source"),
        consent_at=reader.instant("consent_at", latest=today),
        consent_basis=reader.basis(),
        attributes=reader.attributes(),
    )
    for channel, address in ((Channel.EMAIL, "email"), (Channel.SMS, "phone")):
        if contact.consents.get(channel) and not reader.text(address):
            reader.fault(
                f"consent_{channel}", "there is no address to write to", f"Fill {address} or clear the consent."
            )
    return (None if reader.faults else contact), reader.faults


def withdrawn_channels(cells: Mapping[str, str]) -> frozenset[Channel]:
    """Channels this row opts out of, whatever else is wrong with it."""
    return frozenset(
        channel
        for channel in (Channel.EMAIL, Channel.SMS)
        if cells.get(f"consent_{channel}", "").strip().casefold() in NO
    )


class _RowReader:
    """Reads the cells of one row and collects what is wrong."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells
        self.faults: list[CellFault] = []

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def fault(self, column: str, reason: str, mend: str) -> None:
        self.faults.append(CellFault(column, self.text(column), reason, mend))

    def words(self, column: str) -> str:
        value = self.text(column)
        if has_controls(value):
            mend = "Remove line breaks and invisible characters, and look for a quotation mark that is not closed."
            self.fault(column, "holds a control character", mend)
        elif len(value) > LONGEST.get(column, LONGEST_ATTRIBUTE):
            self.fault(column, f"is longer than {LONGEST.get(column, LONGEST_ATTRIBUTE)} characters", "Shorten it.")
        return value

    def external_id(self) -> str:
        value = self.words("external_id")
        if not value:
            self.fault("external_id", "is empty", "Give every contact an id of its own.")
        return value

    def email(self) -> str:
        value = self.text("email")
        if not value:
            return ""
        try:
            return validate_email(value, check_deliverability=False).normalized
        except EmailNotValidError as error:
            self.fault("email", f"is no e-mail address ({str(error).rstrip('.')})", "Write it like name@example.org.")
            return ""

    def phone(self, country: str) -> str:
        value = self.text("phone")
        if not value:
            return ""
        try:
            number = phonenumbers.parse(value, country or None)
        except phonenumbers.NumberParseException:
            self.fault("phone", "is no telephone number", "Write it with its country, like +44 7700 900123.")
            return ""
        if not phonenumbers.is_possible_number(number):
            self.fault("phone", "is too short or too long for a telephone number", "Check the digits.")
            return ""
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def country(self) -> str:
        value = self.text("country").upper()
        if value and value not in _countries():
            self.fault("country", "is no country code", "Use two letters of ISO 3166, like GB.")
            return ""
        return value

    def region(self) -> str:
        """The region with its country, which the cell may leave to the column `country`."""
        value, country = self.text("region").upper(), self.text("country").upper()
        if not value:
            return ""
        if "-" not in value and not country:
            self.fault("region", "is a region without a country", "Write it with its country, like DE-BY.")
            return ""
        place = value if "-" in value else f"{country}-{value}"
        if country and country_of(place) != country:
            self.fault("region", f"is no region of {country}", "Correct the region or the country.")
        elif country_of(place) not in _countries() or not is_place(place):
            choice = ", ".join(sorted(regions_to_choose_from(country_of(place))))
            mend = f"Use one of {choice}." if choice else "Use a code of ISO 3166-2, like DE-BY."
            self.fault("region", f"is no region of {country_of(place)}", mend)
        else:
            return place
        return ""

    def one_of(self, column: str, allowed: Collection[str]) -> str:
        value = self.text(column)
        if value not in allowed:
            self.fault(column, "is not known", "Use one of " + ", ".join(sorted(allowed)) + ".")
        return value

    def language(self, locales: Collection[str]) -> str:
        tag = self.text("language")
        found = _language(tag, frozenset(locales))
        if not found:
            self.fault("language", "is no language", "Use a tag like " + ", ".join(sorted(locales)) + ".")
        return found

    def time_zone(self) -> str:
        value = self.text("time_zone")
        if value not in _zones():
            self.fault("time_zone", "is no time zone", "Use a name like Europe/London.")
        return value

    def day(self, column: str, *, latest: date) -> date | None:
        value = self.text(column)
        if not value:
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fault(column, "is no date", "Write it like 2019-05-31.")
            return None
        if not date(1900, 1, 1) <= day <= latest + SLACK:
            self.fault(column, "lies in the future or before 1900", "Check the year.")
        return day

    def instant(self, column: str, *, latest: date) -> datetime | None:
        value = self.text(column)
        instant = parsed_instant(value)
        if value and instant is None:
            self.fault(column, "is no date or time", "Write it like 2019-05-31 or 2019-05-31T09:30:00+00:00.")
        elif instant and instant.date() > latest + SLACK:
            self.fault(column, "lies in the future", "Check the year.")
        return instant

    def consents(self) -> dict[Channel, bool]:
        given: dict[Channel, bool] = {}
        for channel in (Channel.EMAIL, Channel.SMS):
            column = f"consent_{channel}"
            word = self.text(column).casefold()
            if word in YES or word in NO:
                given[channel] = word in YES
            elif word:
                self.fault(column, "is neither yes nor no", "Write yes, no, or nothing if you do not know.")
        return given

    def basis(self) -> Basis:
        word = self.text("consent_basis").casefold()
        if word and word not in set(Basis):
            self.fault("consent_basis", "is no basis", f"Use one of {', '.join(Basis)}, or leave it empty.")
        basis = Basis(word) if word in set(Basis) else Basis.CONSENT
        if basis in TERMS and not self.text("consent_at"):
            self.fault("consent_at", "is empty", f"{basis} ends by itself: write the day of the purchase or question.")
        return basis

    def attributes(self) -> dict[str, str]:
        return {column: self.words(column) for column in self.cells if column and column not in KNOWN}


@lru_cache(maxsize=10_000)
def _language(tag: str, locales: frozenset[str]) -> str:
    """`tag` in its usual spelling, or "" if it names no language.

    A tag that leaves out the script we write gets it from CLDR's likely subtags, so that the fall-back chain of
    "zh-CN" and "zh" finds "zh-Hans".
    """
    if not _TAG.fullmatch(tag) or tag.casefold() in ("root", "und"):
        return ""
    try:
        spelled = str(Locale.parse(tag.replace("_", "-"), sep="-"))
    except (ValueError, UnknownLocaleError):
        return ""
    usual, likely = (name.replace("_", "-") for name in (spelled, get_global("likely_subtags").get(spelled, spelled)))
    chains = ((name, fallback_chain(name, name)) for name in (usual, likely))
    return next((name for name, chain in chains if not locales.isdisjoint(chain)), usual)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    regions = {str(region) for region in phonenumbers.SUPPORTED_REGIONS}
    return frozenset(regions | set(list_supported_countries()))
