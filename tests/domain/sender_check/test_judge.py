"""The whole check: what is configured, where replies go, reverse names, and records of every shape."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.sender_check.judge import SenderSetup, judge, setup_for
from outreach.domain.sender_check.records import CheckLevel, Fate, Part
from tests.domain.sender_check.worlds import KEY, SETUP, SOUND, check, of_part, worst

ADDRESS = "192.0.2.9"
REVERSE = "9.2.0.192.in-addr.arpa PTR"


def test_a_sound_sender_has_nothing_but_good_marks() -> None:
    found = check(SOUND)
    assert {one.part for one in found} == {Part.SPF, Part.DKIM, Part.DMARC, Part.MX}
    assert {one.level for one in found} == {CheckLevel.OK}
    assert not any(one.publish for one in found)


def test_it_says_what_it_still_wants_to_know() -> None:
    verdict = judge(SETUP, {})
    assert verdict.findings == ()
    assert {f"{one.name} {one.type}" for one in verdict.wanted} == {
        "hearth.example TXT",
        KEY,
        "_dmarc.hearth.example TXT",
        "hearth.example MX",
    }


def test_sendgrid_is_known() -> None:
    setup = setup_for("sendgrid", "Carys@Hearth.example")
    assert setup == SenderSetup(
        from_domain="hearth.example",
        return_path="hearth.example",
        spf_needs=("sendgrid.net",),
        signs_as="hearth.example",
        selectors=("s1", "s2"),
    )


def test_our_own_server_needs_its_addresses_in_spf() -> None:
    setup = setup_for("smtp", "carys@hearth.example", return_path="B.hearth.example", addresses=(ADDRESS,))
    assert (setup.return_path, setup.spf_needs, setup.signs_as) == ("b.hearth.example", (ADDRESS,), "")


@pytest.mark.parametrize(
    ("changes", "level", "words"),
    [
        ({"hearth.example MX": ["0 ."]}, CheckLevel.ERROR, "null MX"),
        ({"hearth.example MX": Fate.NO_SUCH_NAME}, CheckLevel.ERROR, "does not exist"),
        ({"hearth.example MX": Fate.NO_RECORD}, CheckLevel.ERROR, "no address"),
        ({"hearth.example MX": Fate.NO_RECORD, "hearth.example A": [ADDRESS]}, CheckLevel.WARNING, "names no mail"),
        ({"mail.hearth.example A": Fate.NO_RECORD}, CheckLevel.ERROR, "(mail.hearth.example) have no address"),
        ({"mail.hearth.example A": Fate.NO_RECORD, "mail.hearth.example AAAA": ["::1"]}, CheckLevel.OK, "go to"),
        ({"mail.hearth.example A": Fate.TIMED_OUT}, CheckLevel.OK, "go to"),
        ({"hearth.example MX": Fate.SERVER_FAILED}, CheckLevel.UNKNOWN, "SERVFAIL"),
    ],
)  # fmt: skip
def test_replies_must_reach_somebody(changes: dict[str, list[str] | Fate], level: CheckLevel, words: str) -> None:
    (finding,) = of_part(Part.MX, changes)
    assert (finding.level, words in finding.words) == (level, True), finding.words


@pytest.mark.parametrize(
    ("changes", "level", "words"),
    [
        ({REVERSE: ["mail.hearth.example"]}, CheckLevel.OK, "leads back"),
        ({REVERSE: ["host.isp.example"]}, CheckLevel.WARNING, "does not lead back"),
        ({REVERSE: Fate.NO_SUCH_NAME}, CheckLevel.ERROR, "has no reverse name"),
        ({REVERSE: Fate.TIMED_OUT}, CheckLevel.UNKNOWN, "in time"),
    ],
)
def test_a_sending_address_needs_a_name(changes: dict[str, list[str] | Fate], level: CheckLevel, words: str) -> None:
    (finding,) = of_part(Part.PTR, changes, replace(SETUP, addresses=(ADDRESS,)))
    assert (finding.level, words in finding.words) == (level, True)


WORDS = """
    v=spf1 v=DMARC1; v=DKIM1; p= p=none p=AAAA; k=rsa; include:relay.example include: redirect=hearth.example mx a ip4:
    ip4:1.2.3.4/99 ip6:::/0 +all ?all all % : / ; = . 10 0 exists:%{i} mx: a:/24 rua=mailto: rua=,,; include:..
"""
SCRAPS = st.sampled_from(WORDS.split())
RECORDS = st.one_of(
    st.sampled_from(list(Fate)[1:]), st.lists(st.lists(SCRAPS, max_size=6).map(" ".join), min_size=1, max_size=3)
)
NAMES = st.sampled_from([key for key in SOUND if not key.endswith(" A")])


@given(st.dictionaries(NAMES, RECORDS))
def test_whatever_stands_in_the_records_the_check_ends_with_a_sentence_for_each_part(
    changes: dict[str, list[str] | Fate],
) -> None:
    found = check({**SOUND, **changes})
    assert {one.part for one in found} == {Part.SPF, Part.DKIM, Part.DMARC, Part.MX}
    assert all(one.words.endswith(".") for one in found)
    assert worst(found)
