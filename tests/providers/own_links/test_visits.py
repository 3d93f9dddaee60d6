"""Recorded visits, there and back."""

from datetime import timedelta
from uuid import UUID

import pytest

from outreach.domain.engagement import PIXEL
from outreach.domain.events import Actor, EventType
from outreach.providers.own_links.visits import OwnLinksReader, RecordedVisit, as_body
from tests.factories import NOW

VISIT = RecordedVisit(
    id=UUID(int=1),
    touch_id=UUID(int=2),
    target="7",
    at=NOW,
    arrived=NOW - timedelta(seconds=1),
    url="https://hearth.example/",
    user_agent="Mozilla/5.0 (Macintosh) 火",
    network="abc",
)


def test_a_click_comes_back_as_it_was_and_is_still_to_be_judged() -> None:
    [event] = OwnLinksReader().events(as_body([VISIT]), NOW)
    assert (event.touch_id, event.type, event.occurred_at, event.actor) == (
        UUID(int=2),
        EventType.CLICKED,
        NOW,
        Actor.UNSURE,
    )
    assert event.data == {
        "target": "7",
        "arrived": (NOW - timedelta(seconds=1)).isoformat(),
        "user_agent": "Mozilla/5.0 (Macintosh) 火",
        "network": "abc",
        "url": "https://hearth.example/",
    }


def test_the_pixel_is_an_open_and_every_visit_has_a_key_of_its_own() -> None:
    other = RecordedVisit(id=UUID(int=3), touch_id=UUID(int=2), target=PIXEL, at=NOW, arrived=NOW)
    events = list(OwnLinksReader().events(as_body([VISIT, other]), NOW))
    assert [event.type for event in events] == [EventType.CLICKED, EventType.OPENED]
    assert len({event.key for event in events}) == 2
    assert [event.key for event in OwnLinksReader().events(as_body([VISIT]), NOW)] == [events[0].key]


def test_a_long_program_name_is_cut() -> None:
    long = RecordedVisit(UUID(int=1), UUID(int=2), PIXEL, at=NOW, arrived=NOW, user_agent="x" * 10_000)
    assert len(as_body([long])) < 1_000


@pytest.mark.parametrize("body", [b"", b"\xff", b"{}1", b"[1]", b"7", b'[{"id": "1"}]', b'[{"id": "1", "touch": "x"}]'])
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json, uuid and we each say it in their own words
        list(OwnLinksReader().events(body, NOW))
