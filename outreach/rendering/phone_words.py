"""What staff say to a customer and put into an invitation, in the customer's language.

The sentences stand in the readers' catalogs (`locales/messages.cfg` reads this file); staff see English below them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from outreach.domain.care.tasks import TaskKind
from outreach.domain.content import chosen_locale
from outreach.domain.rhythm.codes import Code
from outreach.rendering.catalogs import SOURCE_LOCALE, Catalogs


def _(text: str) -> str:
    """Marks a sentence for the catalogs of readers."""
    return text


#: Where no reason has a better one.
USUAL = _("Hello, this is %(staff)s from %(business)s. We have not spoken for a while; how are things with you?")
#: By the code of the reason; questions, because a call begins with listening.
OPENINGS: Mapping[str, str] = {
    Code.CALL_PROBLEM.value: _(
        "Hello, this is %(staff)s from %(business)s. You told us that something went wrong. I am sorry about that, "
        "and I would like to hear from you what happened."
    ),
    Code.CALL_SERVICE_DUE.value: _(
        "Hello, this is %(staff)s from %(business)s. Something is due again with you, and I would like to find a day "
        "that suits you."
    ),
    Code.CALL_ANNIVERSARY.value: _(
        "Hello, this is %(staff)s from %(business)s. You have been with us for a while now, and I wanted to thank you "
        "and ask how everything is going."
    ),
    Code.CALL_CIRCUMSTANCES.value: _(
        "Hello, this is %(staff)s from %(business)s. I only wanted to ask how you are, and whether anything has "
        "changed for you."
    ),
    Code.CALL_ASKED.value: _(
        "Hello, this is %(staff)s from %(business)s. You asked us to call; what can I do for you?"
    ),
    Code.CALL_FADING.value: _(
        "Hello, this is %(staff)s from %(business)s. You used to come to us regularly, and we miss you. "
        "How have you been, and is there anything that we could do better?"
    ),
    Code.CALL_NO_CONSENT.value: _(
        "Hello, this is %(staff)s from %(business)s. We do not write to you, so I am calling instead: "
        "is everything as it should be?"
    ),
}
#: What to ask where a campaign has no questions of its own.
QUESTIONS = (
    _("How have things been since we last spoke?"),
    _("Does everything that you have from us work as it should?"),
    _("Is there anything that we could do better?"),
    _("What are you planning for the coming months?"),
    _("When shall we speak again, and is a call right for you?"),
)
#: What an invitation is called.
SUMMARIES: Mapping[TaskKind, str] = {
    TaskKind.CALL: _("Phone call with %(business)s"),
    TaskKind.VIDEO: _("Video call with %(business)s"),
    TaskKind.VISIT: _("Visit by %(business)s"),
}
#: What it says.
DESCRIPTION = _(
    "We would like to hear how you are. There is nothing to prepare. If the time does not suit you, write to "
    "%(email)s or call %(phone)s."
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence in the customer's language, and the same in English; `locale` is that of the words."""

    words: str
    english: str
    locale: str

    @property
    def is_foreign(self) -> bool:
        """Whether the two differ."""
        return self.words != self.english


class PhoneWords:
    """Says them, with the catalogs it was given."""

    def __init__(self, catalogs: Catalogs) -> None:
        self._catalogs = catalogs

    def opening(self, code: str, *, locale: str, staff: str, business: str) -> Spoken:
        """The first sentence of a call for the reason `code`."""
        return self._said(OPENINGS.get(code, USUAL), locale, staff=staff, business=business)

    def questions(self, own: list[dict[str, str]], *, locale: str, default: str) -> list[Spoken]:
        """What to ask: a campaign's `own` questions, each per locale, or else the usual ones.

        Args:
            default: the business's own locale, which stands in for English where a question has none.
        """
        if not own:
            return [self._said(text, locale) for text in QUESTIONS]
        return [self._own(texts, locale, default) for texts in own]

    def summary(self, kind: TaskKind, *, locale: str, business: str) -> str:
        """What an invitation is called."""
        return self._said(SUMMARIES[kind], locale, business=business).words

    def description(self, *, locale: str, email: str, phone: str) -> str:
        """What an invitation says."""
        return self._said(DESCRIPTION, locale, email=email, phone=phone).words

    def _own(self, texts: dict[str, str], locale: str, default: str) -> Spoken:
        chosen = chosen_locale(locale, texts, default) or next(iter(texts))
        return Spoken(texts[chosen], texts.get(SOURCE_LOCALE, texts[chosen]), chosen)

    def _said(self, text: str, locale: str, **values: str) -> Spoken:
        said = self._catalogs.translations(locale).gettext(text)
        return Spoken(said % values, text % values, SOURCE_LOCALE if said == text else locale)
