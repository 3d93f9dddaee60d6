"""The gate on a real database: whom an edition reaches, what they lack, what was there before."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from outreach.db.models.writing import CheckedLink, Image
from outreach.db.queries.drafts import save_draft
from outreach.db.session import Database
from outreach.domain.content import Brand
from outreach.domain.content_rules.findings import FindingCode
from outreach.domain.content_rules.words import message
from outreach.domain.errors import NotReady
from outreach.rendering.links import Tokens
from outreach.rendering.renderer import Renderer
from outreach.services.check_edition import EditionCheck, check_edition
from tests.factories import NOW, a_business, a_campaign, a_contact, a_content, an_edition, an_industry

BODY = "::: value\nClose the shutters.\n:::\n\n::: question\nDid it help?\n:::\n"


@pytest.fixture
def check(db: Database, root: Path) -> Callable[[int], EditionCheck]:
    def renderer_for(brand: Brand) -> Renderer:
        tokens = Tokens([b"a key of a test"], "https://o.example")
        return Renderer(brand, tokens, locales_dir=root / "locales", templates_dir=root / "templates" / "messages")

    def run(edition: int) -> EditionCheck:
        found = check_edition(db=db, renderer_for=renderer_for, edition_id=edition, now=NOW)
        assert found is not None
        return found

    return run


@pytest.fixture
def draft(db: Database) -> Callable[..., int]:
    """Makes a campaign's edition with an English draft."""

    def run(body: str = BODY, *, subject: str = "Before the frost", **campaign: object) -> int:
        with db.transaction() as session:
            a_business(session, locales=["en", "cy"], about_us_limit=0.4)
            made = an_edition(session, campaign_id=a_campaign(session, **campaign), state="draft")
        with db.raw_transaction() as connection:
            words = {"subject": subject, "preheader": "A list.", "body": body, "saved_by": "Mair"}
            save_draft(connection, edition_id=made, locale="en", began_from=0, now=NOW, **words)
        return made

    return run


def told(check: EditionCheck) -> list[str]:
    return [f"{finding.code} {message(finding)}" for finding in check.findings]


def test_a_sound_draft_with_a_reader_has_no_findings(
    db: Database, check: Callable[[int], EditionCheck], draft: Callable[..., int]
) -> None:
    edition = draft()
    with db.transaction() as session:
        a_contact(session)
    found = check(edition)
    assert told(found) == []
    assert (found.manuscript.audience, found.hindered, found.out, found.review) == (1, False, False, None)


def test_the_audience_is_who_may_be_written_to_in_the_campaigns_industries_with_what_it_needs(
    db: Database, check: Callable[[int], EditionCheck], draft: Callable[..., int]
) -> None:
    edition = draft(industries=["shops"], needs={"fireplace": "yes"})
    with db.transaction() as session:
        shops, fire = an_industry(session, key="shops"), {"fireplace": "yes"}
        for language in ("en", "en", "cy"):
            a_contact(session, industry_id=shops, attributes=fire | {"more": "x"}, language=language)
        a_contact(session, industry_id=shops, attributes={"fireplace": "no"})
        a_contact(session, industry_id=shops, attributes=fire, may_email=False)
        a_contact(session, industry_id=shops, attributes=fire, email="")
        a_contact(session, industry_id=an_industry(session, key="farms"), attributes=fire)
    assert [(group.language, group.contacts) for group in check(edition).manuscript.readers] == [("en", 2), ("cy", 1)]


def test_a_text_message_reaches_those_who_may_be_texted(
    db: Database, check: Callable[[int], EditionCheck], draft: Callable[..., int]
) -> None:
    edition = draft("Frost tonight. Reply STOP to stop.", subject="", channel="sms")
    with db.transaction() as session:
        a_contact(session, may_email=False)
        a_contact(session, may_sms=False)
        a_contact(session, phone="")
    found = check(edition)
    assert found.manuscript.audience == 1
    assert told(found) == []


def test_missing_data_is_counted_with_an_example(
    db: Database, check: Callable[[int], EditionCheck], draft: Callable[..., int]
) -> None:
    edition = draft("::: question\nHow is {{ contact.company }}, {{ contact.first_name }}?\n:::\n")
    with db.transaction() as session:
        a_contact(session)
        a_contact(session, company="", external_id="C-last")
        a_contact(session, company="", external_id="C-first")
    assert told(check(edition)) == [
        "field.missing contact.company is empty for some readers and has no default. Contacts: 2, for instance C-first."
    ]


def test_fields_are_compared_with_the_campaigns_last_published_edition(
    db: Database, check: Callable[[int], EditionCheck], draft: Callable[..., int]
) -> None:
    edition = draft('::: question\nWell, {{ contact.first_name | default("you") }}?\n:::\n')
    with db.transaction() as session:
        a_contact(session)
        campaign = check(edition).edition.campaign_id
        for opens_on, field in ((date(2026, 7, 1), "contact.industry"), (date(2026, 8, 1), "contact.company")):
            earlier = an_edition(session, campaign_id=campaign, opens_on=opens_on)
            a_content(session, edition_id=earlier, body=f'::: value\n{{{{ {field} | default("x") }}}}\n:::\n')
        later = an_edition(session, campaign_id=campaign, opens_on=date(2026, 10, 1))
        a_content(session, edition_id=later, body="::: value\nx\n:::\n")
    assert told(check(edition)) == [
        "field.added contact.first_name was not in the last edition of this campaign.",
        "field.removed contact.company was in the last edition of this campaign and is gone.",
    ]


def test_answers_of_links_and_sizes_of_our_pictures_come_from_the_store(
    db: Database, check: Callable[[int], EditionCheck], draft: Callable[..., int]
) -> None:
    heavy, gone = "a" * 64, "b" * 64
    edition = draft(
        "::: question\n[Here](https://gone.example/)? "
        f"![Shutters](https://o.example/i/{heavy}.jpg) ![Doors](https://o.example/i/{gone}.jpg)\n:::\n"
    )
    with db.transaction() as session:
        a_contact(session)
        session.add(CheckedLink(url="https://gone.example/", verdict="dead", answer="404 Not Found", checked_at=NOW))
        picture = {"name": "x", "media_type": "image/jpeg", "width": 1, "height": 1, "thumbnail": b""}
        session.add(Image(digest=heavy, data=b"x" * 600_000, saved_at=NOW, **picture))
    codes = [finding.code for finding in check(edition).findings]
    assert codes == [FindingCode.LINK_GONE, FindingCode.IMAGE_UNKNOWN, FindingCode.IMAGE_HEAVY]


def test_a_packs_own_text_is_out_and_a_newer_draft_is_not(
    db: Database, check: Callable[[int], EditionCheck], draft: Callable[..., int]
) -> None:
    with db.transaction() as session:
        a_business(session, locales=["en"])
        edition = an_edition(session)
        a_content(session, edition_id=edition, body=BODY)
    assert check(edition).out
    with db.raw_transaction() as connection:
        words = {"subject": "Else", "preheader": "A list.", "body": BODY, "saved_by": "Mair"}
        save_draft(connection, edition_id=edition, locale="en", began_from=0, now=NOW, **words)
    assert not check(edition).out


def test_there_is_nothing_to_check_without_an_edition_or_a_business(db: Database) -> None:
    def unused(brand: Brand) -> Renderer:
        raise AssertionError(brand)

    assert check_edition(db=db, renderer_for=unused, edition_id=4711, now=NOW) is None
    with db.transaction() as session:
        edition = an_edition(session)
    with pytest.raises(NotReady):
        check_edition(db=db, renderer_for=unused, edition_id=edition, now=NOW)
