"""Sign-up forms of a pack, held against the rest of it."""

from collections.abc import Collection, Iterator
from zoneinfo import available_timezones

from phonenumbers import SUPPORTED_REGIONS

from outreach.intake.pack_schema import CampaignEntry, SignUpFormEntry
from outreach.intake.positions import KeyPath

#: Where below the form, what is wrong, how to mend it, and the value.
Slip = tuple[KeyPath, str, str, str]


def form_slips(
    form: SignUpFormEntry,
    *,
    locales: Collection[str],
    default_locale: str,
    industries: Collection[str],
    campaigns: Collection[CampaignEntry],
) -> Iterator[Slip]:
    """What a form names and the pack does not have, and the languages in which it is not whole.

    Args:
        locales: of the pack. default_locale: the one in which every form has to speak.
        industries: keys. campaigns: those that can be read.
    """
    if form.industry not in industries:
        known = ", ".join(sorted(industries))
        yield ["industry"], "there is no such industry", f"Use one of {known}.", form.industry
    if form.time_zone not in available_timezones():
        yield ["time_zone"], "it is no time zone", "Use a name like Europe/London.", form.time_zone
    if form.country and form.country not in SUPPORTED_REGIONS:
        yield ["country"], "there is no such country", "Use two letters of ISO 3166, like GB.", form.country
    topics = [campaign.key for campaign in campaigns if campaign.topic and campaign.channel == "email"]
    for place, key in enumerate(form.topics):
        if key not in topics:
            mend = "Name a campaign of mails that has a topic" + (f": {', '.join(topics)}." if topics else ".")
            yield ["topics", place], "no campaign with this key can be chosen", mend, key
    for name, texts in (("title", form.title), ("wording", form.wording)):
        for tag in sorted(texts.keys() - set(locales)):
            yield [name, tag], "the business does not write in it", "Remove it.", tag
        for tag in sorted({default_locale, *form.title, *form.wording} - texts.keys()):
            yield [name], f"it is missing in {tag}", f"Write it in {tag}.", form.key
