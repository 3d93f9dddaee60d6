"""Journeys as packs and the page of a journey write them, held against the editions and industries there are."""

import re
from collections.abc import Collection, Iterator, Mapping
from io import StringIO
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError
from ruamel.yaml import YAML

from outreach.domain.care.goodbyes import Goodbye
from outreach.domain.errors import BadInput, Fault
from outreach.domain.journeys.flaws import flaws
from outreach.domain.journeys.journey import FRESH_DAYS, WITHIN_DAYS, Condition, Journey, Trigger
from outreach.intake.pack_schema import NOT_LIKE, Key, Line, Words
from outreach.intake.positions import KeyPath, dotted, line_of, schema_faults
from outreach.intake.sign_up_forms import Slip
from outreach.intake.texts import read_yaml

_WAIT = re.compile(r"(\d{1,5}) (day|days|week|weeks)")
_KINDS = ("wait", "send", "call", "branch", "end")
#: What a step of one kind may say, beside its label.
_BELONGS = {
    "within_days": ("send",),
    "then": ("branch",),
    "otherwise": ("branch",),
    "next": ("wait", "send", "call"),
}
#: Characters of a journey that is written on the page.
LONGEST = 20_000


def _refuse(reason: str, mend: str) -> PydanticCustomError:
    return PydanticCustomError(NOT_LIKE, "{reason}", {"reason": reason, "mend": mend})


def _days(value: object) -> object:
    found = _WAIT.fullmatch(value) if isinstance(value, str) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if found is None:
        raise _refuse("it is no wait", "Write it like 7 days or 2 weeks.")
    return int(found[1]) * (7 if found[2].startswith("week") else 1)


def _condition(text: str) -> str:
    try:
        return str(Condition.of(text))
    except ValueError:
        mend = "Write one like bought, clicked hello, or answered hello good."
        raise _refuse("it is no condition", mend) from None


_Condition = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_condition)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class EntryEntry(_Strict):
    """What begins a journey, and for whom."""

    on: Trigger
    goodbyes: list[Goodbye] = []
    first: bool = False
    least_amount: float = Field(default=0, ge=0, allow_inf_nan=False)
    within_days: int = Field(default=FRESH_DAYS, ge=1, le=90)
    industries: list[Line] = []
    needs: dict[Line, Line] = {}


class StepEntry(_Strict):
    """One step: one of wait, send, call, branch and end."""

    label: Key | None = None
    wait: Annotated[int, BeforeValidator(_days)] | None = None
    send: Line | None = None
    within_days: int = Field(default=WITHIN_DAYS, ge=1, le=366)
    call: Words | None = None
    branch: list[_Condition] | None = Field(default=None, min_length=1)
    then: Line | None = None
    otherwise: Line | None = Field(default=None, alias="else")
    end: Literal[True] | None = None
    next: Line | None = None

    @model_validator(mode="after")
    def _is_one_step(self) -> Self:
        said = [kind for kind in _KINDS if getattr(self, kind) is not None]
        if len(said) != 1:
            reason = "it is several steps in one" if said else "it does not say what to do"
            raise _refuse(reason, f"Write one of {', '.join(_KINDS)}.")
        for name, kinds in _BELONGS.items():
            if name in self.model_fields_set and said[0] not in kinds:
                written = "else" if name == "otherwise" else name
                raise _refuse(f"a step with {said[0]} has no use for {written}", "Remove it.")
        return self


class JourneyBody(_Strict):
    """A journey without its key; `domain/journeys/flaws.py` says whether it can be gone."""

    name: Words
    purpose: Words
    entry: EntryEntry
    exclusive: bool = False
    recovery: bool = False
    again: Literal["never", "always"] | Annotated[int, Field(ge=1, le=3650)] = "never"
    goal: list[_Condition] = []
    exit: list[_Condition] = []
    steps: list[StepEntry] = Field(min_length=1, max_length=60)

    def definition(self) -> dict[str, Any]:
        """As it is kept and compared: without what goes without saying, in one order of keys."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"key"})


class JourneyEntry(JourneyBody):
    """A journey of a pack."""

    key: Key


def journey_slips(
    key: str, body: JourneyBody, *, rules: Mapping[str, str], industries: Collection[str]
) -> Iterator[Slip]:
    """What makes a journey impossible, and what it names that there is not.

    Args:
        rules: rule of the campaign of each edition, by "campaign/edition".
        industries: keys.
    """
    for place, industry in enumerate(body.entry.industries):
        if industry not in industries:
            known = ", ".join(sorted(industries))
            yield ["entry", "industries", place], "there is no such industry", f"Use one of {known}.", industry
    for found in flaws(Journey.of(key, body.definition()), rules=rules):
        yield list(found.path), f"{found.reason} ({found.flaw.value})", found.mend, found.value


def read_journey(text: str, *, key: str, rules: Mapping[str, str], industries: Collection[str]) -> dict[str, Any]:
    """The definition that staff wrote on the page of a journey.

    Raises:
        BadInput: with everything that is wrong with it, line by line.
    """
    place = f"journey {key}"
    if len(text) > LONGEST:
        raise BadInput([Fault(place, f"it is longer than {LONGEST:,} characters", "Shorten it.")])
    data = read_yaml(text.replace("\r\n", "\n"), place=place)
    if not isinstance(data, Mapping):
        raise BadInput([Fault(place, "it holds no table", "Begin with `name: ...`.")])
    try:
        body = JourneyBody.model_validate(data)
    except ValidationError as error:
        raise BadInput(schema_faults(error, data, place=place)) from None
    slips = journey_slips(key, body, rules=rules, industries=industries)
    if faults := [_fault(data, slip, place=place) for slip in slips]:
        raise BadInput(faults)
    return body.definition()


def written_journey(definition: Mapping[str, Any]) -> str:
    """A definition as people write it."""
    yaml, out = YAML(), StringIO()
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    # The database keeps no order of keys; the schema does.
    yaml.dump(JourneyBody.model_validate(dict(definition)).definition(), out)
    return out.getvalue()


def _fault(data: object, slip: Slip, *, place: str) -> Fault:
    path, reason, mend, value = slip
    where: KeyPath = path
    return Fault(place, reason, mend, line=line_of(data, where), column=dotted(where), value=value)
