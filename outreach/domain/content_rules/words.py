"""Findings as sentences: what it is, and what to do about it. In English; staff pages translate the templates."""

from collections.abc import Mapping
from dataclasses import dataclass

from outreach.domain.content_rules.findings import Finding, FindingCode


def _l(text: str) -> str:
    """Marks a sentence for the catalogs of staff."""
    return text


@dataclass(frozen=True, slots=True)
class Sentence:
    """A finding in words, with `%(name)s` where its values belong: what it is, and what to do."""

    message: str
    mend: str


SENTENCES: Mapping[FindingCode, Sentence] = {
    FindingCode.EDITION_OVER: Sentence(
        _l("Its last day is past: nobody would get it."),
        _l("Move it to later days in the calendar of editions."),
    ),
    FindingCode.LOCALE_MISSING: Sentence(
        _l("There is no text in %(locale)s. Contacts who read it: %(contacts)s. They would get %(given)s."),
        _l("Write it, or say on this page that they shall get the other text."),
    ),
    FindingCode.LOCALE_FALLS_BACK: Sentence(
        _l("Readers of %(locale)s get %(given)s on purpose. Contacts: %(contacts)s."),
        _l("Nothing to do."),
    ),
    FindingCode.LOCALE_UNSPOKEN: Sentence(
        _l("You do not write in %(language)s. Contacts who read it: %(contacts)s. They get %(given)s."),
        _l("Nothing to do."),
    ),
    FindingCode.LOCALE_NOTHING: Sentence(
        _l("Readers of %(language)s would get nothing. Contacts: %(contacts)s."),
        _l("Write the text in %(locale)s: it stands in for every other."),
    ),
    FindingCode.LOCALE_EMPTIED: Sentence(
        _l("The text in %(locale)s was emptied, but readers still get the published one."),
        _l("Write it anew, or restore an older version."),
    ),
    FindingCode.FIELD_REFUSED: Sentence(_l("“%(value)s”: %(reason)s."), "%(mend)s"),
    FindingCode.FIELD_MISSING: Sentence(
        _l("%(field)s is empty for some readers and has no default. Contacts: %(contacts)s, for instance %(example)s."),
        _l("Give the field a default that fits the sentence."),
    ),
    FindingCode.FIELD_ADDED: Sentence(
        _l("%(field)s was not in the last edition of this campaign."), _l("Look at the preview with several contacts.")
    ),
    FindingCode.FIELD_REMOVED: Sentence(
        _l("%(field)s was in the last edition of this campaign and is gone."), _l("Put it back if you miss it.")
    ),
    FindingCode.BLOCK_UNSOUND: Sentence(_l("“%(value)s”: %(reason)s."), "%(mend)s"),
    FindingCode.STORY_GONE: Sentence(
        _l("%(story)s is not on the shelf: its customer withdrew it, or it was taken off."), _l("Remove the block.")
    ),
    FindingCode.STORY_CHANGED: Sentence(
        _l("These are not the words of %(story)s that its customer permits."),
        _l("Remove the block and insert the story anew."),
    ),
    FindingCode.IMAGE_NO_WORDS: Sentence(
        _l("The picture %(url)s has no words for those who cannot see it."), _l("Say in a few words what it shows.")
    ),
    FindingCode.IMAGE_FILE_NAME: Sentence(
        _l("“%(words)s” is the name of a file, not words for those who cannot see the picture."),
        _l("Say in a few words what it shows."),
    ),
    FindingCode.IMAGE_UNKNOWN: Sentence(
        _l("The picture %(url)s is not in the library any more."), _l("Choose another one.")
    ),
    FindingCode.IMAGE_HEAVY: Sentence(
        _l("The pictures weigh %(kilobytes)s kB together; a phone on a slow line waits long for them."),
        _l("Use fewer or smaller ones."),
    ),
    FindingCode.LINK_GONE: Sentence(
        _l("%(url)s leads nowhere: %(answer)s."), _l("Mend the address, or take the link out.")
    ),
    FindingCode.LINK_DEAD: Sentence(
        _l("%(url)s cannot be reached: %(answer)s."), _l("Try it yourself; mend it if it stays so.")
    ),
    FindingCode.LINK_SLOW: Sentence(_l("%(url)s did not answer within five seconds."), _l("Try it yourself.")),
    FindingCode.LINK_REFUSED: Sentence(
        _l("%(url)s is no address for readers: %(answer)s."), _l("Use a public address.")
    ),
    FindingCode.LINK_UNCHECKED: Sentence(
        _l("%(url)s is being checked."), _l("Look again in a minute; nothing waits for it.")
    ),
    FindingCode.LINK_DIFFERS: Sentence(
        _l(
            "The %(locale)s text leads elsewhere than the %(measure)s one. Only here: %(extra)s. Not here: %(lacking)s."
        ),
        _l("Use the same addresses in every language, so that clicks can be counted together."),
    ),
    FindingCode.MAIL_UNSUBSCRIBE: Sentence(
        _l("The way off the list is not in the mail."), _l("Put it back into the frame (templates/messages).")
    ),
    FindingCode.MAIL_ADDRESS: Sentence(
        _l("The postal address of the business is not in the mail; the law asks for it."),
        _l("Write it into the pack, under business."),
    ),
    FindingCode.MAIL_CLIPPED: Sentence(
        _l("The mail has %(kilobytes)s KB; Gmail cuts it off after 102 KB."),
        _l("Shorten it; the way off the list stands at the end."),
    ),
    FindingCode.MAIL_LARGE: Sentence(
        _l("The mail has %(kilobytes)s KB; Gmail cuts off what is behind 102 KB."), _l("Do not let it grow much more.")
    ),
    FindingCode.MAIL_CLIENT: Sentence(
        _l("Not every mail program shows %(feature)s: %(programs)s."),
        _l("Do without it, or look at a test send there."),
    ),
    FindingCode.MAIL_CONTRAST: Sentence(
        _l("“%(words)s” is hard to read: %(ink)s on %(ground)s has a contrast of %(ratio)s to 1."),
        _l("Choose a darker or lighter colour for the business."),
    ),
    FindingCode.SUBJECT_MISSING: Sentence(_l("There is no subject."), _l("Write one.")),
    FindingCode.SUBJECT_LONG: Sentence(
        _l("The subject has %(signs)s signs; inboxes show about %(limit)s, phones fewer."),
        _l("Put what matters first, or shorten it."),
    ),
    FindingCode.SUBJECT_INVISIBLE: Sentence(
        _l("The subject holds signs that nobody sees: %(signs)s."), _l("Type it anew instead of pasting it.")
    ),
    FindingCode.SUBJECT_EMOJI: Sentence(
        _l("The subject holds pictures: %(signs)s."),
        _l("They look different everywhere, and readers hear their names."),
    ),
    FindingCode.SUBJECT_CAPITALS: Sentence(
        _l("The subject is all capitals; filters take that for junk."), _l("Write it like a sentence.")
    ),
    FindingCode.SUBJECT_EXCLAIMS: Sentence(
        _l("The subject holds several exclamation marks; filters take that for junk."), _l("One is more than enough.")
    ),
    FindingCode.SUBJECT_MONEY: Sentence(
        _l("The subject names an amount of money, “%(words)s”; some filters mind."), _l("Name it in the letter.")
    ),
    FindingCode.SUBJECT_WORD: Sentence(
        _l("The subject says “%(words)s”, as junk often does."), _l("Say it in other words.")
    ),
    FindingCode.PREHEADER_MISSING: Sentence(
        _l("There is no preheader; inboxes will show the first words of the letter."), _l("Write a line of its own.")
    ),
    FindingCode.PREHEADER_LONG: Sentence(
        _l("The preheader has %(signs)s signs; inboxes show at most %(limit)s."), _l("Put what matters first.")
    ),
    FindingCode.READING_HARD: Sentence(
        _l("The text is hard to read: %(score)s of 100 on Flesch's scale for its language."),
        _l("Write shorter sentences and plainer words."),
    ),
    FindingCode.PURPOSE_ABOUT_US: Sentence(
        _l("%(share)s %% of the words are about ourselves, more than %(limit)s %%."),
        _l("Say more that the reader can use; or publish it with a written reason."),
    ),
    FindingCode.PURPOSE_HEARD: Sentence(
        _l(
            "With it %(readers)s %% of its readers have heard more than %(limit)s %% about ourselves "
            "in their last mails."
        ),
        _l("Give them something of use first; or publish it with a written reason."),
    ),
    FindingCode.PURPOSE_NO_QUESTION: Sentence(
        _l("The letter asks the reader nothing."), _l("Add a question that is answered by one click.")
    ),
    FindingCode.BLAME_COLLEAGUE: Sentence(
        _l("“%(words)s” points at a colleague. We let the customer down, nobody of ours alone."),
        _l("Say what went wrong for the customer and what happens next, and leave out who did it."),
    ),
    FindingCode.TEXT_SEGMENTS: Sentence(
        _l("The text takes %(segments)s segments (%(encoding)s), and each is paid for; more than %(limit)s is a lot."),
        _l("Shorten it, or send a mail."),
    ),
    FindingCode.TEXT_OPT_OUT: Sentence(
        _l("The text does not say how to stop; we add it at the end."), _l("Nothing to do.")
    ),
    FindingCode.TEXT_COST: Sentence(
        _l("It costs about %(cost)s. Contacts: %(contacts)s, segments: %(segments)s."), _l("Nothing to do.")
    ),
}


def message(finding: Finding) -> str:
    """What it is, in English."""
    return SENTENCES[finding.code].message % finding.values


def mend(finding: Finding) -> str:
    """What to do about it, in English."""
    return SENTENCES[finding.code].mend % finding.values
