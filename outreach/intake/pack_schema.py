"""What `pack.yaml` may say, as types; docs/packs.md explains it to the people who write one."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from outreach.domain.touch import TouchClass

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Address = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Website = Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class BusinessEntry(_Strict):
    """Who writes."""

    name: Words
    sender_name: Words
    sender_email: Address
    reply_to: Address
    postal_address: Words
    phone: Words
    website: Website
    colour: Colour


class RhythmEntry(_Strict):
    """Gaps in days; `domain/rhythm/band.py` checks their order."""

    min_gap: float
    target_gap: float
    max_gap: float


class IndustryEntry(_Strict):
    """An industry; `domain/calendar` checks the calendar."""

    key: Key
    name: dict[str, Words]
    rhythm: RhythmEntry
    calendar: dict[str, Any]


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
    rule: Literal["issue", "series", "anniversary"]
    every_months: int = Field(default=0, ge=0, le=240)
    window_days: int = Field(default=0, ge=0, le=366)
    industries: list[str] = []
    needs: dict[str, str] = {}
    editions: list[EditionEntry] = Field(min_length=1)

    @model_validator(mode="after")
    def _anniversaries_recur(self) -> Self:
        if (self.rule == "anniversary") != (self.every_months > 0):
            raise ValueError("every_months belongs to the rule anniversary, and that rule needs it")
        return self


class PackFile(_Strict):
    """The whole file."""

    pack: Key
    business: BusinessEntry
    locales: list[str] = Field(min_length=1)
    default_locale: str
    industries: list[IndustryEntry] = Field(min_length=1)
    campaigns: list[CampaignEntry]
