"""The glossary names every stance, class, state and reason code there is, and no reason code that is not."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from outreach.domain.bounce import BounceKind
from outreach.domain.bounce_policy import CarrierAction
from outreach.domain.calendar.season import Stance
from outreach.domain.care.due_services.facts import FactKind, FactSource, Remark
from outreach.domain.care.due_services.rounds import Ending, RoundState, Step
from outreach.domain.care.due_services.service import Holder
from outreach.domain.care.loyalty import Lack, MeantFor, Standing, TermKind
from outreach.domain.care.recovery import CaseEnding, CaseSource, CaseState, CaseStep, Landing
from outreach.domain.care.stories import NameUse, StoryState
from outreach.domain.care.talking import PointCode
from outreach.domain.care.tasks import Outcome, TaskKind, TaskState
from outreach.domain.content_rules.findings import FindingCode, Level
from outreach.domain.journeys.admission import Turn
from outreach.domain.journeys.flaws import Flaw
from outreach.domain.journeys.journey import SIGNAL_TRIGGERS, Deed, StepKind, Trigger
from outreach.domain.journeys.standing import Delivery, Hold, Noted, Place
from outreach.domain.journeys.standing import Ending as JourneyEnding
from outreach.domain.rhythm.codes import Code
from outreach.domain.touch import TouchClass, TouchState

RECOVERY = [CaseState, CaseStep, CaseEnding, CaseSource, Landing]


SERVICES = [Holder, RoundState, Step, Ending, FactKind, FactSource, Remark]
CARE = [StoryState, NameUse, Standing, MeantFor, TermKind, Lack]


@pytest.mark.parametrize(
    "words",
    [
        *(BounceKind, CarrierAction, Stance, TouchClass, TouchState, Code, FindingCode, Level),
        *(Outcome, PointCode, TaskKind, TaskState),
        *CARE,
        *RECOVERY,
        *SERVICES,
    ],
)
def test_the_glossary_names_every_word(root: Path, words: type[StrEnum]) -> None:
    rows = (root / "docs/glossary.md").read_text().splitlines()
    named = {word.strip() for row in rows if row.startswith("| ") for word in row.split("|")[1].split(",")}
    assert set(map(str, words)) <= named


@pytest.mark.parametrize("words", [Deed, Delivery, JourneyEnding, Flaw, Hold, Noted, Place, StepKind, Turn])
def test_the_glossary_names_every_word_of_journeys(root: Path, words: type[StrEnum]) -> None:
    test_the_glossary_names_every_word(root, words)


def test_the_glossary_names_every_trigger_that_is_no_signal(root: Path) -> None:
    rows = (root / "docs/glossary.md").read_text().splitlines()
    named = {word.strip() for row in rows if row.startswith("| ") for word in row.split("|")[1].split(",")}
    assert {str(one) for one in Trigger if one not in SIGNAL_TRIGGERS} <= named


def test_the_glossary_names_no_reason_that_does_not_exist(root: Path) -> None:
    families = "|".join(sorted({code.split(".")[0] for code in Code}))
    named = set(re.findall(rf"\b(?:{families})\.[a-z_]+", (root / "docs/glossary.md").read_text()))
    assert named == set(Code)
