"""Drafts as a contact of the audience would get them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from outreach.db.queries.drafts import load_edition, save_draft
from outreach.db.queries.sample_contacts import (
    WorstCase,
    load_neighbours,
    load_worst_cases,
    search_samples,
)
from outreach.db.session import Database
from outreach.domain.content import Brand
from outreach.domain.errors import BadInput, NotReady
from outreach.rendering.email import RenderedMail
from outreach.rendering.links import Tokens
from outreach.rendering.renderer import Renderer
from outreach.rendering.sms import RenderedSMS
from outreach.services.proof_edition import EditionProof, proof_edition
from tests.factories import a_business, a_campaign, a_contact, a_content, an_edition, an_industry

Proofs = Callable[..., EditionProof]
BODY = '::: value\nHello {{ contact.first_name | default("there") }}. See [Book](https://hearth.example/book)\n:::\n'


@pytest.fixture
def proofs(db: Database, root: Path, now: datetime) -> Proofs:
    """Renders proofs with one renderer, as a process does."""
    renderers: dict[Brand, Renderer] = {}
    tokens = Tokens([b"a key of a test"], "https://o.example")

    def renderer_for(brand: Brand) -> Renderer:
        made = Renderer(brand, tokens, locales_dir=root / "locales", templates_dir=root / "templates" / "messages")
        return renderers.setdefault(brand, made)

    return lambda edition, **words: proof_edition(
        db=db, renderer_for=renderer_for, edition_id=edition, now=now, **words
    )


@pytest.fixture
def newsletter(db: Database) -> int:
    """A published newsletter in English and Arabic."""
    with db.transaction() as session:
        a_business(session)
        made = an_edition(session, campaign_id=a_campaign(session, industries=["restaurants"]))
        a_content(session, edition_id=made, body=BODY)
        a_content(session, edition_id=made, locale="ar", subject="قبل الصقيع", body="مرحبا")
    return made


def person(db: Database, **values: object) -> int:
    with db.transaction() as session:
        return a_contact(session, **values)


def saved(db: Database, edition: int, body: str, *, began_from: int, now: datetime) -> int:
    words = {"subject": "Draft", "preheader": "", "saved_by": "Mair"}
    with db.raw_transaction() as connection:
        return save_draft(
            connection, edition_id=edition, locale="en", began_from=began_from, body=body, now=now, **words
        )


def mail(proof: EditionProof) -> RenderedMail:
    assert isinstance(proof.message, RenderedMail)
    return proof.message


def test_a_contact_gets_its_name_in_its_own_language(db: Database, proofs: Proofs, newsletter: int) -> None:
    anna, amal = person(db, first_name="Anna"), person(db, first_name="Amal", language="ar")
    assert "Hello Anna." in mail(proofs(newsletter, contact_id=anna)).text
    arabic = proofs(newsletter, contact_id=amal)
    assert (arabic.locale, arabic.gets, arabic.steps) == ("ar", "ar", ("ar",))
    assert 'dir="rtl"' in mail(arabic).html


def test_the_fall_back_is_told_step_by_step(db: Database, proofs: Proofs, newsletter: int) -> None:
    proof = proofs(newsletter, contact_id=person(db, language="zh-Hans-CN"))
    assert proof.steps == ("zh-Hans-CN", "zh-Hans", "zh", "en")
    assert proof.gets == proof.locale == "en"


def test_a_locale_may_be_chosen_by_hand(db: Database, proofs: Proofs, newsletter: int) -> None:
    proof = proofs(newsletter, contact_id=person(db, first_name="Anna"), locale="ar")
    assert (proof.locale, proof.gets, proof.written) == ("ar", "en", ("ar", "en"))


def test_a_draft_saved_again_under_the_same_number_shows_its_new_words(
    db: Database, proofs: Proofs, newsletter: int, now: datetime
) -> None:
    contact = person(db)
    number = saved(db, newsletter, "::: value\nThe first words.\n:::", began_from=0, now=now)
    assert "The first words." in mail(proofs(newsletter, contact_id=contact)).text
    assert saved(db, newsletter, "::: value\nThe second words.\n:::", began_from=number, now=now) == number
    assert "The second words." in mail(proofs(newsletter, contact_id=contact)).text


def test_links_look_as_readers_get_them_or_lead_where_they_should(
    db: Database, proofs: Proofs, newsletter: int
) -> None:
    contact = person(db)
    as_sent = mail(proofs(newsletter, contact_id=contact)).html
    assert "https://hearth.example/book" not in as_sent
    assert "https://o.example/c/" in as_sent
    straight = mail(proofs(newsletter, contact_id=contact, tracked=False)).html
    assert 'href="https://hearth.example/book"' in straight


def test_without_an_audience_an_invented_person_stands_in(proofs: Proofs, newsletter: int) -> None:
    proof = proofs(newsletter)
    assert proof.contact is None
    assert "Hello Anwen." in mail(proof).text


def test_a_text_message_is_counted_as_readers_get_it(db: Database, proofs: Proofs) -> None:
    with db.transaction() as session:
        a_business(session)
        made = an_edition(session, campaign_id=a_campaign(session, channel="sms"))
        words = "Dear {{ contact.first_name }}, your boiler waits: https://hearth.example/" + "x" * 120
        a_content(session, edition_id=made, subject="", preheader="", body=words)
        a_contact(session, first_name="Anna")
    proof = proofs(made)
    assert isinstance(proof.message, RenderedSMS)
    assert proof.message.body.startswith("Dear Anna, your boiler waits: https://o.example/c/")
    assert proof.message.segments == 1


def test_who_is_not_in_the_audience_is_refused(db: Database, proofs: Proofs, newsletter: int) -> None:
    with db.transaction() as session:
        farmer = a_contact(session, industry_id=an_industry(session, "farms"))
    silent = person(db, may_email=False)
    for outsider in (farmer, silent):
        with pytest.raises(BadInput, match="not in the audience"):
            proofs(newsletter, contact_id=outsider)
    with pytest.raises(BadInput, match="'C-none': is not in the audience"):
        proofs(newsletter, external_id="C-none")


def test_what_is_not_there_is_refused_by_name(db: Database, proofs: Proofs, newsletter: int) -> None:
    with pytest.raises(BadInput, match=r"'cy': has no text in this edition\. Choose one of ar, en\."):
        proofs(newsletter, locale="cy")
    with pytest.raises(BadInput, match="no such edition"):
        proofs(newsletter + 999)
    with db.transaction() as session:
        empty = an_edition(session)
        called = an_edition(session, campaign_id=a_campaign(session, channel="call"))
    with pytest.raises(BadInput, match="not written in any language yet"):
        proofs(empty)
    with pytest.raises(BadInput, match="is not a written message"):
        proofs(called)


def test_without_a_business_nothing_can_be_rendered(proofs: Proofs) -> None:
    with pytest.raises(NotReady, match="no pack was applied yet"):
        proofs(1)


def test_the_worst_cases_of_an_audience_are_found_in_it_alone(db: Database, newsletter: int) -> None:
    plain = person(db, first_name="Anna", company="The Blue Door")
    long = person(db, first_name="Bartholomew-Maximilian", company="X", language="ar")
    nameless = person(db, first_name="", company="", language="cy")
    company = person(db, first_name="Bo", company="A company with a name that hardly ends at all")
    with db.transaction() as session:
        a_contact(session, first_name="F" * 90, company="", industry_id=an_industry(session, "farms"))
    with db.raw_transaction() as connection:
        edition = load_edition(connection, newsletter)
        assert edition
        found = [(one.case, one.contact_id, one.language) for one in load_worst_cases(connection, edition)]
    assert found == [
        (WorstCase.LONGEST_NAME, long, ""),
        (WorstCase.NAMELESS, nameless, ""),
        (WorstCase.LONGEST_COMPANY, company, ""),
        (WorstCase.WITHOUT_COMPANY, nameless, ""),
        (WorstCase.FIRST_OF_LANGUAGE, plain, "en"),
        (WorstCase.FIRST_OF_LANGUAGE, long, "ar"),
        (WorstCase.FIRST_OF_LANGUAGE, nameless, "cy"),
    ]


def test_an_audience_is_walked_from_neighbour_to_neighbour_and_searched(db: Database, newsletter: int) -> None:
    first, second, third = person(db, last_name="100%"), person(db, may_email=False), person(db, company="Café Nord")
    with db.raw_transaction() as connection:
        edition = load_edition(connection, newsletter)
        assert edition
        assert load_neighbours(connection, edition, first) == (None, third)
        assert load_neighbours(connection, edition, third) == (first, None)
        assert load_neighbours(connection, edition, second) == (first, third)
        assert [one.id for one in search_samples(connection, edition, "café")] == [third]
        assert [one.id for one in search_samples(connection, edition, "0%")] == [first]
