"""Campaigns of a pack: what of one campaign contradicts the rest of it, or the languages of the business."""

from collections.abc import Collection, Iterator, Sequence

from outreach.domain.planning.manners import CARRYING
from outreach.domain.touch import TouchClass
from outreach.intake.pack_schema import CampaignEntry
from outreach.intake.positions import KeyPath

#: Where below the campaign, what is wrong, how to mend it, and the value.
Slip = tuple[KeyPath, str, str, object]

#: Classes that reach whoever they are about, whatever else was chosen.
_UNREFUSABLE = frozenset({TouchClass.SERVICE, TouchClass.RECOVERY})


def campaign_slips(
    campaign: CampaignEntry, *, locales: Collection[str], default_locale: str, industries: Sequence[str]
) -> Iterator[Slip]:
    """Everything that is wrong with one campaign.

    Args:
        locales: those of the pack. industries: their keys.
    """
    for place, key in enumerate(campaign.industries):
        if key not in industries:
            yield ["industries", place], "there is no such industry", "Use one of " + ", ".join(industries) + ".", key
    yield from _recurrence(campaign)
    if campaign.mergeable:
        yield from _mergeable(campaign)
    if campaign.topic:
        yield from _topic(campaign, locales, default_locale)
    yield from _task(campaign, locales, default_locale)
    for place, edition in enumerate(campaign.editions):
        if edition.opens_on > edition.closes_on:
            span = f"{edition.opens_on} to {edition.closes_on}"
            yield ["editions", place], "its first day lies after its last", "Swap from and to.", span


def _recurrence(campaign: CampaignEntry) -> Iterator[Slip]:
    for name in ("every_months", "window_days"):
        number = getattr(campaign, name)
        if campaign.rule == "anniversary" and not number:
            yield [name], "the rule anniversary needs it", "Say how many, at least 1.", number
        elif campaign.rule != "anniversary" and number:
            yield [name], f"the rule {campaign.rule} has no use for it", "Remove it.", number
    if campaign.exclusive and campaign.rule != "series":
        mend = "Remove it, or make the campaign a series."
        yield ["exclusive"], "only a series can be told without interruption", mend, campaign.rule
    if campaign.evergreen and campaign.rule != "series":
        mend = "Remove it, or make the campaign a series."
        yield ["evergreen"], "only a series can begin anew", mend, campaign.rule
    if campaign.evergreen and campaign.exclusive:
        mend = "Remove one of the two."
        yield ["evergreen"], "what others wait for has to end, so it cannot begin anew", mend, "true"


def _mergeable(campaign: CampaignEntry) -> Iterator[Slip]:
    """What may ride along in another's mail: a service, an apology and a birthday wish stand for themselves."""
    column = ["mergeable"]
    if campaign.channel != "email":
        yield column, "only a mail can ride along in a mail", "Remove it.", campaign.channel
    if campaign.touch_class not in CARRYING:
        mend = "Remove it, or give the campaign one of the classes " + ", ".join(sorted(CARRYING)) + "."
        yield column, "its class does not ride along in other mails", mend, campaign.touch_class
    if campaign.rule == "anniversary":
        yield column, "an anniversary does not ride along in other mails", "Remove it.", campaign.rule
    if campaign.rule == "invited":
        yield column, "what somebody is invited to does not ride along in other mails", "Remove it.", campaign.rule


def _topic(campaign: CampaignEntry, locales: Collection[str], default_locale: str) -> Iterator[Slip]:
    """What readers may choose not to hear of: it has a name in the business's own language."""
    if campaign.touch_class in _UNREFUSABLE:
        yield ["topic"], "nobody can refuse messages of this class", "Remove it.", campaign.touch_class
    for tag in sorted(campaign.topic.keys() - set(locales)):
        yield ["topic", tag], "the business does not write in it", "Remove it.", tag
    if default_locale not in campaign.topic:
        yield ["topic"], "it has no name in the default locale", f"Name it in {default_locale}.", default_locale


def _task(campaign: CampaignEntry, locales: Collection[str], default_locale: str) -> Iterator[Slip]:
    """What people do on a contact's date: only an anniversary has one, and questions need somebody to ask them."""
    if campaign.task and campaign.rule != "anniversary":
        mend = "Remove it, or make the campaign an anniversary."
        yield ["task"], "only an anniversary has a date to keep", mend, campaign.rule
    for name in ("task_for", "task_questions"):
        if getattr(campaign, name) and not campaign.task:
            yield [name], "there is no task that it could be for", "Remove it, or add task.", ""
    for place, texts in enumerate(campaign.task_questions):
        for tag in sorted(texts.keys() - set(locales)):
            yield ["task_questions", place, tag], "the business does not write in it", "Remove it.", tag
        if default_locale not in texts:
            mend = f"Write it in {default_locale}."
            yield ["task_questions", place], "it does not stand in the default locale", mend, default_locale
