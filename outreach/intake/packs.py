"""Reads a pack: `pack.yaml` with the line of everything in it, and the texts of its editions.

Every fault of every file is collected before anything is refused, so that an author mends them in one go.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from babel import Locale, UnknownLocaleError
from pydantic import BaseModel, ValidationError

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.date_tables import DateTable, read_date_tables
from outreach.domain.calendar.reading import Reading
from outreach.domain.errors import BadInput, Fault
from outreach.intake.campaigns import campaign_slips
from outreach.intake.edition_files import EditionFile, read_edition_file
from outreach.intake.journeys import JourneyEntry, journey_slips
from outreach.intake.offers import OfferEntry, ReviewLinkEntry, fairness_slip, offer_slips, term_slips
from outreach.intake.pack_schema import (
    BusinessEntry,
    CampaignEntry,
    IndustryEntry,
    PackHead,
    RemedyEntry,
    ServiceEntry,
    SignUpFormEntry,
)
from outreach.intake.positions import KeyPath, dotted, line_of, schema_faults, undotted
from outreach.intake.remedies import remedy_slips, unknown_remedies
from outreach.intake.services import service_slips
from outreach.intake.sign_up_forms import form_slips
from outreach.intake.texts import read_text, read_yaml

FILE = "pack.yaml"
LARGEST_FILE = 5_000_000

_Entry = TypeVar("_Entry", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that can be applied.

    Attributes:
        key: its name. locales: tags in the order of the pack.
        business: who writes; None for a pack of industries only, which has no campaigns.
        texts: edition texts by campaign key, text name and locale.
        remedies: what customers whom it let down may choose. bad_answers: keys of answers that open a recovery case.
    """

    key: str
    business: BusinessEntry | None
    locales: tuple[str, ...]
    default_locale: str
    industries: tuple[IndustryEntry, ...]
    campaigns: tuple[CampaignEntry, ...]
    texts: Mapping[tuple[str, str, str], EditionFile]
    sign_up_forms: tuple[SignUpFormEntry, ...] = ()
    remedies: tuple[RemedyEntry, ...] = ()
    bad_answers: tuple[str, ...] = ()
    journeys: tuple[JourneyEntry, ...] = ()
    services: tuple[ServiceEntry, ...] = ()
    offers: tuple[OfferEntry, ...] = ()
    review_links: tuple[ReviewLinkEntry, ...] = ()


def read_pack(folder: Path) -> Pack:
    """The pack in `folder`.

    Raises:
        BadInput: with everything that is wrong with it.
    """
    reading = _Reading(folder, _load(folder / FILE))
    head = reading.head()
    locales = reading.locales()
    tables = reading.date_tables()
    industries = reading.industries(locales, tables)
    campaigns = reading.campaigns()
    texts = reading.texts(campaigns, locales)
    sign_up_forms = reading.sign_up_forms(campaigns, locales)
    remedies = reading.remedies(locales)
    reading.faults += unknown_remedies(texts, remedies)
    journeys = reading.journeys(campaigns)
    services = reading.services(campaigns, locales)
    offers = reading.offers(campaigns, locales)
    review_links = reading.review_links()
    if reading.faults or head is None:
        raise BadInput(reading.faults)
    return Pack(
        key=head.pack,
        business=head.business,
        locales=tuple(locales),
        default_locale=head.default_locale,
        industries=tuple(industries),
        campaigns=tuple(campaigns),
        texts=texts,
        sign_up_forms=tuple(sign_up_forms),
        remedies=tuple(remedies),
        bad_answers=tuple(head.bad_answers or ()),
        journeys=tuple(journeys),
        services=tuple(services),
        offers=tuple(offers),
        review_links=tuple(review_links),
    )


def _load(path: Path) -> Any:
    place = path.name
    if not path.is_file():
        raise BadInput([Fault(str(path), "there is no such file", "A pack is a folder with a pack.yaml in it.")])
    data = read_yaml(read_text(path, place=place, largest=LARGEST_FILE), place=place)
    if not isinstance(data, Mapping):
        raise BadInput([Fault(place, "it holds no table", "Begin with `pack: name-of-the-pack`.")])
    return data


@dataclass
class _Reading:
    """A pack being read; `faults` is what was wrong with it so far, in the order of the files."""

    folder: Path
    data: Any
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: KeyPath, reason: str, mend: str, value: object = "") -> None:
        line = line_of(self.data, path)
        self.faults.append(Fault(FILE, reason, mend, line=line, column=dotted(path), value=str(value)))

    def head(self) -> PackHead | None:
        head = self._entry(PackHead, self.data, ())
        given = [name for name in ("business", "campaigns") if self.data.get(name) is not None]
        if len(given) == 1:
            missing = "business" if given == ["campaigns"] else "campaigns"
            mend = f"Add it, or leave out {given[0]} as well: a pack may consist of industries only."
            self.fault([missing], "the key is missing", mend)
        return head

    def date_tables(self) -> dict[str, DateTable]:
        """The tables of dates that seasons may name."""
        reading = Reading(FILE)
        tables = read_date_tables(self.data.get("date_tables"), reading=reading, path="date_tables")
        self._take(reading.faults)
        return tables

    def locales(self) -> list[str]:
        """The locales that can be used."""
        good: list[str] = []
        for index, tag in enumerate(self._list("locales")):
            if not isinstance(tag, str):
                continue
            try:
                usual = str(Locale.parse(tag, sep="-")).replace("_", "-")
            except (ValueError, UnknownLocaleError):
                self.fault(["locales", index], "there is no such locale", "Use a BCP 47 tag like zh-Hans.", tag)
                continue
            if usual != tag:
                self.fault(["locales", index], "it is not the usual spelling", f"Write {usual}.", tag)
            elif tag in good:
                self.fault(["locales", index], "it stands twice", "Remove one of them.", tag)
            else:
                good.append(tag)
        default = self.data.get("default_locale")
        if good and isinstance(default, str) and default not in good:
            self.fault(["default_locale"], "it is not among the locales", "Add it there.", default)
        return good

    def industries(self, locales: list[str], tables: Mapping[str, DateTable]) -> list[IndustryEntry]:
        """The industries that can be read."""
        good = []
        for index, value in enumerate(self._list("industries")):
            path: list[str | int] = ["industries", index]
            industry = self._entry(IndustryEntry, value, path)
            if industry is None:
                # Its calendar may still be judged, so that all is told at once.
                self._check_calendar(value.get("calendar") if isinstance(value, Mapping) else None, path, tables)
                continue
            good.append(industry.model_copy(update={"calendar": _self_contained(industry, tables)}))
            for locale in locales:
                if locale not in industry.name:
                    self.fault([*path, "name"], f"the name in {locale} is missing", "Add it.", industry.key)
            self._check_band(industry, path)
            self._check_calendar(industry.calendar, path, tables)
        self._check_unique(["industries"])
        return good

    def campaigns(self) -> list[CampaignEntry]:
        """The campaigns that can be read."""
        known, default = self._industry_keys(), str(self.data.get("default_locale"))
        spoken = [tag for tag in self._list("locales") if isinstance(tag, str)]
        good = []
        for index, value in enumerate(self._list("campaigns")):
            path: list[str | int] = ["campaigns", index]
            campaign = self._entry(CampaignEntry, value, path)
            if campaign is None:
                continue
            good.append(campaign)
            for below, reason, mend, slip in campaign_slips(
                campaign, locales=spoken, default_locale=default, industries=known
            ):
                self.fault([*path, *below], reason, mend, slip)
            self._check_unique([*path, "editions"])
        self._check_unique(["campaigns"])
        return good

    def texts(self, campaigns: list[CampaignEntry], locales: list[str]) -> dict[tuple[str, str, str], EditionFile]:
        """The texts of the editions that can be read."""
        texts: dict[tuple[str, str, str], EditionFile] = {}
        for campaign in campaigns:
            for text in dict.fromkeys(edition.text for edition in campaign.editions):
                for locale in locales:
                    name = f"editions/{campaign.key}/{text}.{locale}.md"
                    try:
                        read = read_edition_file(self.folder / name, place=name, channel=campaign.channel)
                    except BadInput as refused:
                        self.faults += refused.faults
                    else:
                        texts[campaign.key, text, locale] = read
                        if campaign.mergeable and not read.urls:
                            mend = "Add a link or a button, or remove mergeable from the campaign."
                            reason = "has no link, and whoever sees it ride along in another mail could not read on"
                            self.faults.append(Fault(name, reason, mend))
        return texts

    def sign_up_forms(self, campaigns: list[CampaignEntry], locales: list[str]) -> list[SignUpFormEntry]:
        """The sign-up forms that can be read."""
        good = []
        default = str(self.data.get("default_locale"))
        if self._list("sign_up_forms") and self.data.get("business") is None:
            self.fault(["sign_up_forms"], "a pack without a business has no forms", "Remove them, or add the business.")
        for index, value in enumerate(self._list("sign_up_forms")):
            path: list[str | int] = ["sign_up_forms", index]
            form = self._entry(SignUpFormEntry, value, path)
            if form is None:
                continue
            good.append(form)
            known = self._industry_keys()
            for below, reason, mend, slip in form_slips(
                form, locales=locales, default_locale=default, industries=known, campaigns=campaigns
            ):
                self.fault([*path, *below], reason, mend, slip)
            if form.for_referrals and any(one.for_referrals for one in good[:-1]):
                mend = "Let one form take those whom customers send."
                self.fault([*path, "for_referrals"], "another form does that already", mend, form.key)
        self._check_unique(["sign_up_forms"])
        return good

    def remedies(self, locales: list[str]) -> list[RemedyEntry]:
        """The remedies that can be read."""
        good = []
        for index, value in enumerate(self._list("remedies")):
            remedy = self._entry(RemedyEntry, value, ["remedies", index])
            if remedy is not None:
                good.append(remedy)
                for below, reason, mend, slip in remedy_slips(remedy, locales=locales):
                    self.fault(["remedies", index, *below], reason, mend, slip)
        self._check_unique(["remedies"])
        return good

    def journeys(self, campaigns: list[CampaignEntry]) -> list[JourneyEntry]:
        """The journeys that can be gone."""
        good = []
        if self._list("journeys") and self.data.get("business") is None:
            self.fault(["journeys"], "a pack without a business has no journeys", "Remove them, or add the business.")
        rules = {f"{one.key}/{edition.key}": one.rule for one in campaigns for edition in one.editions}
        for index, value in enumerate(self._list("journeys")):
            path: list[str | int] = ["journeys", index]
            journey = self._entry(JourneyEntry, value, path)
            if journey is None:
                continue
            good.append(journey)
            known = self._industry_keys()
            for below, reason, mend, slip in journey_slips(journey.key, journey, rules=rules, industries=known):
                self.fault([*path, *below], reason, mend, slip)
        self._check_unique(["journeys"])
        return good

    def services(self, campaigns: list[CampaignEntry], locales: list[str]) -> list[ServiceEntry]:
        """The services that can be read."""
        good = []
        if self._list("services") and self.data.get("business") is None:
            self.fault(["services"], "a pack without a business has no services", "Remove them, or add the business.")
        for index, value in enumerate(self._list("services")):
            path: list[str | int] = ["services", index]
            service = self._entry(ServiceEntry, value, path)
            if service is None:
                continue
            good.append(service)
            known = self._industry_keys()
            for below, reason, mend, slip in service_slips(
                service, locales=locales, industries=known, campaigns=campaigns
            ):
                self.fault([*path, *below], reason, mend, slip)
        self._check_unique(["services"])
        return good

    def offers(self, campaigns: list[CampaignEntry], locales: list[str]) -> list[OfferEntry]:
        """The offers that can be read; whether they are fair is asked once all of them are sound."""
        found = [(at, self._entry(OfferEntry, value, ["offers", at])) for at, value in enumerate(self._list("offers"))]
        read = [(at, offer) for at, offer in found if offer]
        slips = [(at, slip) for at, offer in read for slip in term_slips(offer)]
        if not slips and len(read) == len(found):
            good, by_key = [offer for _, offer in read], {one.key: one for one in campaigns}
            default = str(self.data.get("default_locale"))
            slips = [
                (at, slip)
                for at, offer in read
                for slip in offer_slips(offer, good, locales=locales, default_locale=default, campaigns=by_key)
            ]
            slips += [(at, slip) for at, offer in read if (slip := fairness_slip(offer, good))]
        for at, (below, reason, mend, value) in slips:
            self.fault(["offers", at, *below], reason, mend, value)
        self._check_unique(["offers"])
        self._check_business("offers")
        return [offer for _, offer in read]

    def review_links(self) -> list[ReviewLinkEntry]:
        """The places for public reviews that can be read."""
        values = enumerate(self._list("review_links"))
        links = [self._entry(ReviewLinkEntry, value, ["review_links", at]) for at, value in values]
        self._check_business("review_links")
        return [link for link in links if link]

    def _check_business(self, key: str) -> None:
        if self._list(key) and self.data.get("business") is None:
            self.fault([key], f"a pack without a business has no {key}", "Remove them, or add the business.")

    def _industry_keys(self) -> list[str]:
        values = (value for value in self._list("industries") if isinstance(value, Mapping))
        return sorted(str(value["key"]) for value in values if "key" in value)

    def _list(self, key: str) -> list[Any]:
        value = self.data.get(key)
        return list(value) if isinstance(value, list) else []

    def _entry(self, model: type[_Entry], value: Any, path: KeyPath) -> _Entry | None:
        try:
            return model.model_validate(value)
        except ValidationError as error:
            self.faults += schema_faults(error, self.data, place=FILE, path=path)
            return None

    def _check_unique(self, path: KeyPath) -> None:
        """Keys that stand twice where they must be unique."""
        seen: list[str] = []
        entries = self.data
        for part in path:
            entries = entries[part] if isinstance(part, int) or part in entries else None
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            key = entry.get("key") if isinstance(entry, Mapping) else None
            if isinstance(key, str) and key in seen:
                self.fault([*path, index, "key"], "the key stands twice", "Give each a key of its own.", key)
            seen.append(str(key))

    def _check_band(self, industry: IndustryEntry, path: KeyPath) -> None:
        try:
            industry.band  # noqa: B018 - reading it is the check
        except BadInput as refused:
            for fault in refused.faults:
                self.fault([*path, "rhythm"], fault.reason, fault.mend, fault.value)

    def _check_calendar(self, calendar: object, path: KeyPath, tables: Mapping[str, DateTable]) -> None:
        if not isinstance(calendar, Mapping):
            return
        try:
            ContactCalendar.from_pack(calendar, place=FILE, path=dotted([*path, "calendar"]), tables=tables)
        except BadInput as refused:
            self._take(refused.faults)

    def _take(self, faults: Iterable[Fault]) -> None:
        """Notes faults whose column is a key path, with their lines."""
        for fault in faults:
            self.fault(undotted(fault.column), fault.reason, fault.mend, fault.value)


def _self_contained(industry: IndustryEntry, tables: Mapping[str, DateTable]) -> dict[str, Any]:
    """The calendar of an industry as it is stored: with the dates of named tables, and with its sources."""
    calendar = dict(industry.calendar)
    if isinstance(seasons := calendar.get("seasons"), list):
        calendar["seasons"] = [_with_dates(season, tables) for season in seasons]
    if said := [*industry.sources, *([industry.reason] if industry.reason else [])]:
        calendar["sources"] = [*(calendar.get("sources") or []), *said]
    return calendar


def _with_dates(season: Any, tables: Mapping[str, DateTable]) -> Any:
    name = season.get("dates") if isinstance(season, Mapping) else None
    if not isinstance(name, str) or name not in tables:
        return season
    table = tables[name]
    return {"source": table.source, **season, "dates": table.inline()}
