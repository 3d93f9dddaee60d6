"""What the pixel saw says which class of mail program is behind it."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.rhythm.mail_programs import PRIOR_MIX, Program, Programs, Trace

MIX = np.array(PRIOR_MIX)


def believed(traces: Sequence[Trace]) -> np.ndarray:
    programs, one = Programs.unknown(1), np.array([0])
    for trace in traces:
        programs.see(one, trace=np.array([trace]))
    return programs.shares(one, mix=MIX)[0]


def test_nobody_known_has_the_shares_of_the_base() -> None:
    assert believed([]) == pytest.approx(PRIOR_MIX)


@pytest.mark.parametrize(
    ("trace", "times", "program"),
    [
        (Trace.FLAGGED, 1, Program.FLAGGED_PREFETCH),
        (Trace.SCANNED, 2, Program.SCANNER),
        (Trace.OPENED, 8, Program.SILENT_PREFETCH),
    ],
)
def test_what_happens_every_time_is_a_machine(trace: Trace, times: int, program: Program) -> None:
    shares = believed([trace] * times)
    assert shares.argmax() == program
    assert shares[program] > 0.7


def test_opens_now_and_then_are_a_persons() -> None:
    assert believed([Trace.NONE, Trace.OPENED, Trace.NONE, Trace.NONE, Trace.OPENED])[Program.PLAIN] > 0.9


def test_a_long_time_without_pictures_makes_blocking_likelier_and_not_certain() -> None:
    shares = believed([Trace.NONE] * 12)
    assert PRIOR_MIX[Program.BLOCKING] < shares[Program.BLOCKING] < 0.7


def test_a_text_message_says_nothing_of_the_mail_program() -> None:
    assert believed([Trace.NO_PIXEL] * 9) == pytest.approx(PRIOR_MIX)


def test_who_changes_the_program_is_found_out() -> None:
    shares = believed([Trace.FLAGGED] * 40 + [Trace.NONE, Trace.OPENED, Trace.NONE] * 12)
    assert shares[Program.PLAIN] > 0.75


@given(st.lists(st.sampled_from(Trace), max_size=60))
def test_shares_are_shares(traces: list[Trace]) -> None:
    shares = believed(traces)
    assert shares.sum() == pytest.approx(1)
    assert np.all(shares >= 0)
