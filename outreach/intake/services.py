"""Services of a pack, held against the rest of it."""

from collections.abc import Collection, Iterator

from outreach.domain.calendar.reading import Reading
from outreach.domain.care.due_services.household import EDITIONS
from outreach.domain.care.due_services.service import season_between
from outreach.intake.pack_schema import CampaignEntry, ServiceEntry
from outreach.intake.positions import KeyPath, undotted
from outreach.intake.sign_up_forms import Slip

#: Days of the shortest month.
_MONTH = 28


def service_slips(
    service: ServiceEntry,
    *,
    locales: Collection[str],
    industries: Collection[str],
    campaigns: Collection[CampaignEntry],
) -> Iterator[Slip]:
    """What a service names and the pack does not have, and what cannot work.

    Args:
        locales: of the pack. industries: keys. campaigns: those that can be read.
    """
    for place, key in enumerate(service.industries):
        if key not in industries:
            yield ["industries", place], "there is no such industry", f"Use one of {', '.join(industries)}.", key
    for tag in sorted(service.name.keys() - set(locales)):
        yield ["name", tag], "the business does not write in it", "Remove it.", tag
    for tag in locales:
        if tag not in service.name:
            yield ["name"], f"the name in {tag} is missing", "Add it, as it stands in the middle of a sentence.", tag
    most = service.interval_months * _MONTH // 2
    if service.lead_days > most:
        reason = "whoever has just had it done would be asked again"
        yield ["lead_days"], reason, f"Use at most {most} days, half of the interval.", str(service.lead_days)
    if service.season is not None:
        reading = Reading("")
        season_between({"from": service.season.start, "to": service.season.end}, reading=reading)
        for fault in reading.faults:
            yield undotted(fault.column), fault.reason, fault.mend, fault.value
    yield from _campaign_slips(service.campaign, campaigns)


def _campaign_slips(key: str, campaigns: Collection[CampaignEntry]) -> Iterator[Slip]:
    column: KeyPath = ["campaign"]
    campaign = next((one for one in campaigns if one.key == key), None)
    if campaign is None:
        yield column, "there is no such campaign", "Name the campaign that asks for the service.", key
        return
    if campaign.rule != "invited":
        yield column, "it writes to everybody, not only to who is due", "Give that campaign the rule invited.", key
    if campaign.industries or campaign.needs:
        mend = "Leave that campaign open to all; say in the service who needs it."
        yield column, "the campaign picks its own contacts", mend, key
    missing = [name for name in EDITIONS if name not in {one.key for one in campaign.editions}]
    if missing:
        mend = f"Give that campaign the editions {', '.join(EDITIONS)}."
        yield column, f"it has no edition {missing[0]}", mend, key
