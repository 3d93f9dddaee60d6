"""Offers of a pack: what somebody gets, held against the rest of the pack and against what present customers get."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from outreach.domain.care.loyalty import (
    EARLY_ACCESS_DAYS,
    STANDING_OF,
    DeclaredOffer,
    Lack,
    MeantFor,
    Shortfall,
    Standing,
    TermKind,
    Terms,
    shortfall,
)
from outreach.intake.pack_schema import CampaignEntry, Currency, Key, Line, Tag, Website, Words
from outreach.intake.sign_up_forms import Slip

_OTHERS = frozenset({MeantFor.NEWCOMERS, MeantFor.LAPSED})
_MONEY = ("amount_off", "gift")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ReviewLinkEntry(_Strict):
    """A place where anybody may review us in public."""

    name: Words
    url: Website


class TermsEntry(_Strict):
    """What somebody gets; one of the four. `worth` is of a gift, `currency` of an amount or a gift."""

    percent_off: float | None = Field(default=None, gt=0, le=100, allow_inf_nan=False)
    amount_off: float | None = Field(default=None, gt=0, le=1_000_000, allow_inf_nan=False)
    extra_months: float | None = Field(default=None, gt=0, le=120, allow_inf_nan=False)
    gift: dict[Tag, Words] | None = Field(default=None, min_length=1)
    worth: float | None = Field(default=None, gt=0, le=1_000_000, allow_inf_nan=False)
    currency: Currency | None = None

    @property
    def kinds(self) -> list[str]:
        """Which of the four were given."""
        return [kind.value for kind in TermKind if getattr(self, kind.value) is not None]

    @property
    def terms(self) -> Terms:
        """The terms; only where `term_slips` found nothing wrong."""
        kind = TermKind(self.kinds[0])
        value = self.worth if kind is TermKind.GIFT else getattr(self, kind.value)
        return Terms(kind, float(value or 0), self.currency or "")


class OfferEntry(_Strict):
    """An offer: for whom, what, when, and which campaigns tell of it."""

    key: Key
    name: dict[Tag, Words] = Field(min_length=1)
    meant_for: MeantFor = Field(alias="for")
    applies_to: Key
    terms: TermsEntry
    starts: date = Field(alias="from")
    ends: date = Field(alias="to")
    early_access_days: int | None = Field(default=None, ge=0, le=365)
    campaigns: list[Line] = []
    early_campaigns: list[Line] = []
    as_good_as: dict[Key, Words] = {}

    @property
    def early_days(self) -> int:
        """How many days earlier present customers have it, or must have theirs."""
        if self.early_access_days is not None:
            return self.early_access_days
        return EARLY_ACCESS_DAYS if self.meant_for in _OTHERS else 0

    @property
    def declared(self) -> DeclaredOffer:
        """The offer as the rules see it; only where nothing is wrong with its terms."""
        return DeclaredOffer(
            key=self.key,
            meant_for=self.meant_for,
            terms=self.terms.terms,
            starts=self.starts,
            ends=self.ends,
            applies_to=self.applies_to,
            early_access_days=self.early_days,
            as_good_as=self.as_good_as,
        )


def carried_standings(offers: Sequence[OfferEntry]) -> dict[str, Standing]:
    """Whom campaigns that carry an offer may reach, by key; those that may reach everybody are left out."""
    found: dict[str, Standing] = {}
    for offer in offers:
        standing = STANDING_OF.get(offer.meant_for)
        found |= {key: standing for key in offer.campaigns if standing}
        found |= dict.fromkeys(offer.early_campaigns, Standing.PRESENT)
    return found


def term_slips(offer: OfferEntry) -> Iterator[Slip]:
    """What is wrong with the terms by themselves."""
    terms, kinds = offer.terms, offer.terms.kinds
    if len(kinds) != 1:
        mend = f"Write exactly one of {', '.join(TermKind)}."
        yield ["terms"], "it says several things at once" if kinds else "it says nothing", mend, ", ".join(kinds)
        return
    in_money = kinds[0] in _MONEY
    if in_money and not terms.currency:
        yield ["terms"], "the currency is missing", "Add a code of ISO 4217, like currency: GBP.", kinds[0]
    elif terms.currency and not in_money:
        yield ["terms", "currency"], f"{kinds[0]} has no use for it", "Remove it.", terms.currency
    if kinds[0] == TermKind.GIFT and terms.worth is None:
        yield (
            ["terms"],
            "a gift without a value cannot be compared",
            "Add what it is worth in money, like worth: 15.",
            "gift",
        )
    elif kinds[0] != TermKind.GIFT and terms.worth is not None:
        yield ["terms", "worth"], f"{kinds[0]} has no use for it", "Remove it.", str(terms.worth)


def offer_slips(
    offer: OfferEntry,
    offers: Sequence[OfferEntry],
    *,
    locales: Collection[str],
    default_locale: str,
    campaigns: Mapping[str, CampaignEntry],
) -> Iterator[Slip]:
    """What is wrong with an offer beside its terms: its days, its campaigns, the names it uses.

    Args:
        offers: all of the pack. campaigns: those that can be read, by key.
    """
    if offer.starts > offer.ends:
        yield ["from"], "its first day lies after its last", "Swap from and to.", f"{offer.starts} to {offer.ends}"
    for tag in sorted(offer.name.keys() - set(locales)):
        yield ["name", tag], "the business does not write in it", "Remove it.", tag
    if default_locale not in offer.name:
        yield ["name"], "it has no name in the default locale", f"Name it in {default_locale}.", offer.key
    if offer.meant_for is MeantFor.PRESENT and offer.early_access_days is not None:
        yield (
            ["early_access_days"],
            "an offer for present customers has no use for it",
            "Let it begin earlier.",
            offer.key,
        )
    if offer.early_campaigns and not (offer.meant_for is MeantFor.EVERYONE and offer.early_days):
        mend = "Make the offer for: everyone with early_access_days, or name them under campaigns."
        yield ["early_campaigns"], "nobody has this offer earlier than others", mend, offer.key
    keys = {one.key for one in offers}
    for key in sorted(offer.as_good_as.keys() - keys):
        yield ["as_good_as", key], "there is no such offer", "Name another offer of this pack.", key
    yield from _campaign_slips(offer, offers, campaigns)


def _campaign_slips(
    offer: OfferEntry, offers: Sequence[OfferEntry], campaigns: Mapping[str, CampaignEntry]
) -> Iterator[Slip]:
    first = offer.declared.open_for_present or offer.starts
    standings = [(one.key, key, who) for one in offers for key, who in carried_standings([one]).items()]
    for name, keys, opens in (
        ("campaigns", offer.campaigns, offer.starts),
        ("early_campaigns", offer.early_campaigns, first),
    ):
        for place, key in enumerate(keys):
            campaign = campaigns.get(key)
            if campaign is None:
                yield [name, place], "there is no such campaign", f"Use one of {', '.join(sorted(campaigns))}.", key
                continue
            for edition in campaign.editions:
                if edition.opens_on < opens or edition.closes_on > offer.ends:
                    mend = f"Open it from {opens} to {offer.ends} at most."
                    yield [name, place], f"its edition {edition.key} is open outside the offer's days", mend, key
            own = {who for holder, other, who in standings if other == key and holder == offer.key}
            for holder, other, who in standings:
                if other == key and holder != offer.key and own != {who}:
                    mend = "Give each offer a campaign of its own."
                    yield [name, place], f"it carries the offer {holder}, which is for others", mend, key


def fairness_slip(offer: OfferEntry, offers: Sequence[OfferEntry]) -> Slip | None:
    """Why an offer must not start: present customers would get worse terms; None if they would not."""
    found = shortfall(offer.declared, [one.declared for one in offers])
    if found is None:
        return None
    mend = (
        f"Give present customers at least {offer.terms.terms} for {offer.applies_to} from {found.day} to {offer.ends}, "
        f"or make this offer for: everyone with early_access_days: {max(offer.early_days, EARLY_ACCESS_DAYS)}."
    )
    if found.lack is Lack.INCOMPARABLE and found.nearest:
        mend += f" If both are worth the same, say why in the offer {found.nearest.key}, under as_good_as: {offer.key}."
    return [], _unfair(offer, found), mend, offer.key


def _unfair(offer: OfferEntry, found: Shortfall) -> str:
    who = "newcomers" if offer.meant_for is MeantFor.NEWCOMERS else "lapsed customers"
    nearest = found.nearest.terms if found.nearest else ""
    theirs = f"{who} get {offer.terms.terms} for {offer.applies_to} from {offer.starts} to {offer.ends}"
    match found.lack:
        case Lack.NOTHING:
            return f"{theirs}, and on {found.day} present customers have nothing"
        case Lack.WORSE:
            return f"{theirs}, and on {found.day} present customers have only {nearest}"
        case Lack.INCOMPARABLE:
            return f"{theirs}, and it cannot be compared with what present ones have on {found.day}: {nearest}"
