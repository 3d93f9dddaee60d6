"""What a story says about the person, and about the mail program."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.rhythm.capacity import Answer
from outreach.domain.rhythm.mail_programs import Trace
from outreach.domain.rhythm.stories import UNKNOWN, History, Sheets, Story
from outreach.domain.touch import Channel, TouchClass

START = datetime(2026, 6, 1, 12, tzinfo=UTC)


def story(days: float = 0, **happened: Any) -> Story:
    return Story(UUID(int=int(days) + 1), START + timedelta(days=days), "Tips", **happened)


@pytest.mark.parametrize(
    ("happened", "answer", "trace"),
    [
        ({}, None, Trace.NONE),
        ({"matured": True}, Answer.NOTHING, Trace.NONE),
        ({"matured": True, "fetched": True}, Answer.NOTHING, Trace.FLAGGED),
        ({"matured": True, "glimpsed": True}, Answer.NOTHING, Trace.OPENED),
        ({"opened": 9}, Answer.OPENED, Trace.OPENED),
        ({"opened": 9, "fetched": True}, Answer.OPENED, Trace.FLAGGED),
        ({"clicked": 9}, Answer.ACTED, Trace.NONE),
        ({"replied": True}, Answer.ACTED, Trace.NONE),
        ({"fetched": True, "followed": True, "matured": True}, Answer.NOTHING, Trace.SCANNED),
        ({"matured": True, "channel": Channel.SMS}, None, Trace.NO_PIXEL),
        ({"clicked": 9, "channel": Channel.SMS}, Answer.ACTED, Trace.NO_PIXEL),
        ({"clicked": 9, "touch_class": TouchClass.SERVICE}, None, Trace.NONE),
    ],
)
def test_the_answer_is_a_persons_and_the_trace_is_what_the_pixel_saw(
    happened: dict[str, Any], answer: Answer | None, trace: Trace
) -> None:
    assert story(**happened).answer == answer
    assert story(**happened).trace == trace


def test_sheets_are_in_the_order_in_which_the_messages_left_and_padded_at_the_end() -> None:
    band = RhythmBand(6, 14, 35)
    call = Story(None, START + timedelta(days=3), channel=Channel.CALL)
    long = History(1, 14.0, band, [story(20, clicked=19), call, story(0, matured=True)])
    sheets = Sheets.of([long, History(2, 14.0, band, [])])
    assert sheets.count.tolist() == [3, 0]
    assert (sheets.day[0] - sheets.day[0, 0]).tolist() == [0, 3, 20]
    assert sheets.load.tolist() == [[1.0, 2.0, 1.0], [0.0, 0.0, 0.0]]
    assert sheets.answer.tolist() == [[Answer.NOTHING, UNKNOWN, Answer.ACTED], [UNKNOWN] * 3]
    assert sheets.hour[0].tolist() == [-1, -1, 19]


def test_what_left_before_staff_took_it_back_only_weighs() -> None:
    history = History(
        1, 14.0, RhythmBand(6, 14, 35), [story(0, clicked=9, complained=True)], learn_from=START + timedelta(days=1)
    )
    sheets = Sheets.of([history])
    assert (sheets.load[0, 0], sheets.answer[0, 0], sheets.left[0, 0], sheets.hour[0, 0]) == (1.0, UNKNOWN, False, -1)
