"""What `pack.yaml` may say, as types; docs/packs.md explains it to the people who write one.

The parts are validated one by one (`intake/packs.py`), so that a fault in one does not hide the faults of another.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from babel.core import get_global
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.care.due_services.service import First, Holder
from outreach.domain.care.tasks import TaskKind
from outreach.domain.errors import BadInput
from outreach.domain.recurrence import read_rrule
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.touch import TouchClass
from outreach.domain.words import has_controls
from outreach.rendering.merge import MARK_WORD

#: Type of the errors that bring their own mend along.
NOT_LIKE = "not_like"


def _like(pattern: str, *, reason: str, mend: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise PydanticCustomError(NOT_LIKE, "{reason}", {"reason": reason, "mend": mend})
        return text

    return check


def _one_line(text: str) -> str:
    if has_controls(text):
        mend = "Write it on one line, without invisible characters."
        raise PydanticCustomError(NOT_LIKE, "{reason}", {"reason": "it does not stand on one line", "mend": mend})
    return text


Key = Annotated[
    str,
    AfterValidator(
        _like(
            "[a-z0-9][a-z0-9-]{0,62}",
            reason="it is not written like a key",
            mend="Use small letters, digits and hyphens, at most 63.",
        )
    ),
]
Line = Annotated[str, StringConstraints(max_length=300), AfterValidator(_one_line)]
Words = Annotated[
    str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True), AfterValidator(_one_line)
]
Wording = Annotated[
    str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True), AfterValidator(_one_line)
]
Country = Annotated[
    str,
    AfterValidator(_like("[A-Z]{2}", reason="it is no country code", mend="Use two letters of ISO 3166, like GB.")),
]
Tag = Annotated[
    str,
    AfterValidator(_like("[A-Za-z0-9-]{2,35}", reason="it is no language tag", mend="Use a BCP 47 tag like zh-Hans.")),
]
Colour = Annotated[
    str, AfterValidator(_like("#[0-9a-fA-F]{6}", reason="it is no colour", mend="Write it like #b4451f."))
]
Address = Annotated[
    str,
    AfterValidator(
        _like(
            r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", reason="it is no e-mail address", mend="Write it like name@example.org."
        )
    ),
]
Website = Annotated[
    str, AfterValidator(_like(r"https?://[^\s/]+\S*", reason="it is no web address", mend="Begin it with https://."))
]
Days = Annotated[float, Field(gt=0, le=730, allow_inf_nan=False)]


def _currency(code: str) -> str:
    if code not in get_global("all_currencies"):
        context = {"reason": "there is no such currency", "mend": "Use a code of ISO 4217 like GBP."}
        raise PydanticCustomError(NOT_LIKE, "{reason}", context)
    return code


def _rule(text: str) -> str:
    """The rule in our own spelling."""
    try:
        return read_rrule(text).rrule
    except BadInput as refused:
        fault = refused.faults[0]
        raise PydanticCustomError(NOT_LIKE, "{reason}", {"reason": fault.reason, "mend": fault.mend}) from None


def _first_time(text: str) -> str:
    if First.read(text) is None:
        mend = "Write customer_since, customer_since + 12 months, or at once."
        raise PydanticCustomError(NOT_LIKE, "{reason}", {"reason": "it names no day", "mend": mend})
    return " ".join(text.split())


FirstTime = Annotated[str, AfterValidator(_first_time)]
Currency = Annotated[str, AfterValidator(_currency)]
RecurrenceRule = Annotated[str, AfterValidator(_rule)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class PriceEntry(_Strict):
    """An amount of money."""

    amount: float = Field(gt=0, le=1000, allow_inf_nan=False)
    currency: Currency


class BusinessEntry(_Strict):
    """Who writes, and what it asks of publishing; a key that is not there leaves what staff have set."""

    name: Words
    sender_name: Words
    sender_email: Address
    reply_to: Address
    postal_address: Words
    phone: Words
    website: Website
    colour: Colour
    about_us_limit: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)
    four_eyes_above: int | None = Field(default=None, ge=0, le=2_000_000_000)
    segment_price: PriceEntry | None = None
    escalate_to: Address | None = None

    @field_validator("*")
    @classmethod
    def _fit_for_letters(cls, text: Any) -> Any:
        if not isinstance(text, str):
            return text
        if MARK_WORD in text:
            # Letters are compiled with such words in the places of merge fields.
            context = {"reason": f"it holds {MARK_WORD}, a word that we use ourselves", "mend": "Write another word."}
            raise PydanticCustomError(NOT_LIKE, "{reason}", context)
        return _one_line(text)


class RhythmEntry(_Strict):
    """Gaps in days; `domain/rhythm/band.py` checks their order."""

    min_gap: Days
    target_gap: Days
    max_gap: Days


class IndustryEntry(_Strict):
    """An industry; `domain/calendar` checks the calendar.

    Once its pack is read, the calendar stands for itself: named tables of dates are written out, and it holds the
    sources and the reason.
    """

    key: Key
    name: dict[Tag, Words]
    rhythm: RhythmEntry
    calendar: dict[str, Any]
    sources: list[Words] = []
    reason: Words | None = None

    @property
    def band(self) -> RhythmBand:
        """Its gaps; raises BadInput if they do not grow."""
        return RhythmBand(self.rhythm.min_gap, self.rhythm.target_gap, self.rhythm.max_gap)

    @property
    def contact_calendar(self) -> ContactCalendar:
        """Its calendar; raises BadInput if there is none in it."""
        return ContactCalendar.from_pack(self.calendar, place=f"industry {self.key}", path="calendar")


class EditionEntry(_Strict):
    """One issue, tip, text or round; `content` names its text where several share one."""

    key: Key
    content: Key | None = None
    opens_on: date = Field(alias="from")
    closes_on: date = Field(alias="to")

    @property
    def text(self) -> str:
        """The name of its text: files are called `<text>.<locale>.md`."""
        return self.content or self.key


class CampaignEntry(_Strict):
    """A lasting stream of messages."""

    key: Key
    name: Words
    purpose: Words
    touch_class: TouchClass = Field(alias="class")
    channel: Literal["email", "sms"]
    priority: int = Field(ge=0, le=100)
    rule: Literal["issue", "series", "anniversary", "invited"]
    every_months: int = Field(default=0, ge=0, le=240)
    window_days: int = Field(default=0, ge=0, le=366)
    exclusive: bool = False
    mergeable: bool = False
    topic: dict[Tag, Words] = {}
    recurrence: RecurrenceRule | None = None
    evergreen: bool | None = None
    task: TaskKind | None = None
    task_for: Literal["valued", "all"] | None = None
    task_questions: list[dict[Tag, Words]] = Field(default=[], max_length=20)
    industries: list[Line] = []
    needs: dict[Line, Line] = {}
    editions: list[EditionEntry] = Field(min_length=1)


class SignUpFormEntry(_Strict):
    """A form by which people sign up; `intake/sign_up_forms.py` holds it against the rest of the pack."""

    key: Key
    industry: Line
    time_zone: Line
    country: Country = ""
    title: dict[Tag, Words] = Field(min_length=1)
    wording: dict[Tag, Wording] = Field(min_length=1)
    topics: list[Line] = []
    asks: list[Literal["first_name", "phone", "language"]] = []
    for_referrals: bool = False


class RemedyEntry(_Strict):
    """What customers whom the business let down may choose."""

    key: Key
    name: dict[Tag, Words] = Field(min_length=1)


class SeasonWindowEntry(_Strict):
    """The days of the year on which a service is asked for; edges as in the seasons of calendars."""

    start: Line = Field(alias="from")
    end: Line = Field(alias="to")


class ServiceEntry(_Strict):
    """A service that comes round; `intake/services.py` holds it against the rest of the pack."""

    key: Key
    name: dict[Tag, Words] = Field(min_length=1)
    interval_months: int = Field(ge=1, le=240)
    lead_days: int = Field(default=30, ge=0, le=366)
    season: SeasonWindowEntry | None = None
    attempts: int = Field(default=3, ge=1, le=10)
    gap_days: int = Field(default=14, ge=3, le=90)
    belongs_to: Holder = Holder.PLACE
    industries: list[Line] = []
    needs: dict[Line, Line] = {}
    first: FirstTime = "customer_since"
    last_attribute: Line = ""
    campaign: Line


class PackHead(_Strict):
    """The file without a look into its tables, industries and campaigns.

    A pack of industries only has neither a business nor campaigns; everybody else has both.
    """

    pack: Key
    business: BusinessEntry | None = None
    locales: list[Tag] = Field(min_length=1)
    default_locale: Tag
    date_tables: Any = None
    industries: list[Any] = Field(min_length=1)
    campaigns: list[Any] | None = None
    sign_up_forms: list[Any] | None = None
    remedies: list[Any] | None = None
    bad_answers: list[Key] | None = None
    journeys: list[Any] | None = None
    services: list[Any] | None = None
    offers: list[Any] | None = None
    review_links: list[Any] | None = None
