"""Journeys as people write them, in a pack and on the page of a journey."""

from pathlib import Path

import pytest

from outreach.domain.errors import BadInput
from outreach.domain.journeys.journey import Journey, StepKind
from outreach.intake.journeys import read_journey, written_journey
from outreach.intake.packs import read_pack
from tests.small_pack import edit, write_small_pack

WRITTEN = """\
name: Welcome
purpose: A good beginning.
entry:
  on: purchase
  first: true
goal: [booked]
exit: [complained]
steps:
  - {label: hello, send: welcome/hello, within_days: 20}
  - {label: rest, wait: 2 weeks}
  - {label: read-it, branch: [clicked hello, answered hello good], then: over, else: ring}
  - {label: ring, call: Ask how things are.}
  - {label: over, end: true}
"""
RULES = {"welcome/hello": "invited", "newsletter/2026-09": "issue"}


def read(text: str) -> Journey:
    return Journey.of("welcome", read_journey(text, key="welcome", rules=RULES, industries=["shops"]))


def said(text: str) -> str:
    with pytest.raises(BadInput) as refused:
        read(text)
    assert all(fault.mend.endswith(".") for fault in refused.value.faults)
    return str(refused.value)


def test_a_journey_is_read_with_its_steps() -> None:
    journey = read(WRITTEN)
    assert [step.kind for step in journey.steps] == list(
        map(StepKind, ("send", "wait", "branch", "call", "end")),
    )
    assert (journey.steps[1].days, journey.steps[0].next, journey.steps[2].otherwise) == (14, "rest", "ring")
    assert (journey.entry.first, journey.again_after) == (True, None)


def test_what_was_read_is_written_so_that_it_can_be_read_again() -> None:
    definition = read_journey(WRITTEN, key="welcome", rules=RULES, industries=[])
    text = written_journey(dict(sorted(definition.items())))
    assert text.index("name:") < text.index("entry:") < text.index("steps:")
    assert read_journey(text, key="welcome", rules=RULES, industries=[]) == definition


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "send: welcome/hello",
            "send: welcome/none",
            "line 9, steps[0].send: 'welcome/none': there is no such edition",
        ),
        ("welcome/hello,", "newsletter/2026-09,", "its campaign does not wait for invitations (journey.not_invited)"),
        ("wait: 2 weeks", "wait: 2 months", "line 10, steps[1].wait: '2 months': it is no wait"),
        ("wait: 2 weeks", "wait: 60 weeks", "a wait has 1 to 400 days (journey.long_wait)"),
        ("else: ring", "else: nowhere", "line 11, steps[2]: 'nowhere': there is no such step"),
        ("clicked hello, ", "clicked often and much, ", "it is no condition"),
        ("goal: [booked]", "goal: [was glad]", "line 6, goal[0]: 'was glad': it is no condition"),
        ("call: Ask how things are.", "wait: 3 days, call: Ask.", "it is several steps in one"),
        ("{label: over, end: true}", "{label: over}", "it does not say what to do"),
        ("wait: 2 weeks", "wait: 2 weeks, within_days: 3", "a step with wait has no use for within_days"),
        ("on: purchase", "on: moonlight", "line 4, entry.on: 'moonlight'"),
        ("  first: true", "  industries: [farms]", "line 5, entry.industries[0]: 'farms': there is no such industry"),
        ("name: Welcome", "title: Welcome", "there is no such key"),
    ],
)
def test_each_slip_is_told_with_its_line(old: str, new: str, told: str) -> None:
    assert told in said(WRITTEN.replace(old, new))


def test_a_round_without_a_wait_is_refused() -> None:
    assert "without ever waiting (journey.loop)" in said(
        WRITTEN.replace("else: ring}", "else: hello}").replace(
            "{label: rest, wait: 2 weeks}", "{label: rest, call: Ring.}"
        )
    )


@pytest.mark.parametrize("text", ["", "- a list", "name: [", "x" * 30_000, "steps: *all"])
def test_what_is_no_journey_at_all_is_refused(text: str) -> None:
    assert "journey welcome" in said(text)


JOURNEYS = """
journeys:
  - key: news
    name: News
    purpose: Something to read.
    entry: {on: purchase}
    steps:
      - {send: frost/first}
      - {end: true}
"""


def test_a_pack_brings_journeys_and_is_told_about_their_slips(tmp_path: Path) -> None:
    folder = write_small_pack(tmp_path / "small")
    pack = folder / "pack.yaml"
    edit(pack, "priority: 80\n    rule: issue", "priority: 80\n    rule: invited")
    pack.write_text(pack.read_text() + JOURNEYS)
    assert [one.key for one in read_pack(folder).journeys] == ["news"]
    edit(pack, "send: frost/first", "send: newsletter/2026-09")
    edit(pack, "{end: true}", "{wait: 900}")
    with pytest.raises(BadInput) as refused:
        read_pack(folder)
    lines = pack.read_text().splitlines()
    told = [(lines[(fault.line or 0) - 1].strip(), fault.reason) for fault in refused.value.faults]
    assert ("- {send: newsletter/2026-09}", "its campaign does not wait for invitations (journey.not_invited)") in told
    assert ("- {wait: 900}", "a wait has 1 to 400 days (journey.long_wait)") in told
