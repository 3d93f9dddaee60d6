"""Countries that cannot be reached."""

import pytest

from outreach.providers.twilio.closed import CLOSED_FOR, ClosedCountries


def test_a_closed_country_opens_after_a_while_and_is_loud_once(caplog: pytest.LogCaptureFixture) -> None:
    now = 100.0
    closed = ClosedCountries(clock=lambda: now)
    assert closed.why("DE") == ""
    closed.close("DE", "not enabled")
    closed.close("DE", "not enabled either")
    assert (closed.why("DE"), closed.why("FR")) == ("not enabled either", "")
    assert len(caplog.records) == 1
    now += CLOSED_FOR - 1
    assert closed.why("DE")
    now += 1
    assert closed.why("DE") == ""
    closed.close("DE", "still not")
    assert len(caplog.records) == 2
