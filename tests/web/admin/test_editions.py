"""The editor: a new edition is made, written block by block, translated, looked at and taken back, without code."""

import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.bootstrap import Outreach
from outreach.db.models.content import Business, Edition
from outreach.db.models.writing import Revision
from outreach.services.create_staff import create_staff
from tests.factories import NOW, OPEN_ALL_WEEK, a_business, a_campaign, a_contact, a_content, an_edition, an_industry


@pytest.fixture
def campaign(product: Outreach) -> int:
    """A newsletter for a base of two languages."""
    with product.db.transaction() as session:
        a_business(session, locales=["en", "cy", "ar"])
        industry = an_industry(session, calendar=OPEN_ALL_WEEK)
        for language in ("en", "en", "cy", "nl"):
            a_contact(session, industry_id=industry, language=language)
        return a_campaign(session, name="Letters")


@pytest.fixture
def edition(staff: FlaskClient, campaign: int) -> int:
    """A new edition, made through the form."""
    made = staff.post(
        "/editions/new",
        data={"campaign": campaign, "title": "Spring letter", "opens": "2026-10-01", "closes": "2026-10-31"},
    )
    assert made.status_code == 302
    return int(re.findall(r"/editions/(\d+)", made.location)[0])


def saved(product: Outreach, edition: int, locale: str = "en") -> Revision:
    with product.db.transaction() as session:
        rows = select(Revision).where(Revision.edition_id == edition, Revision.locale == locale)
        return session.scalars(rows.order_by(Revision.number.desc())).first() or pytest.fail("nothing was saved")


BLOCKS = {
    "block": ["a", "b", "c"],
    "a-kind": "heading",
    "a-words": "Before the frost",
    "b-kind": "text",
    "b-words": 'Hello {{ contact.first_name | default("there") }}.',
    "c-kind": "question",
    "c-words": "## Do you know your valve?",
    "c-answer-0": "Yes",
    "c-address-0": "",
    "c-answer-1": "No",
    "c-address-1": "",
}


def post(staff: FlaskClient, edition: int, **values: object) -> object:
    return staff.post(
        f"/editions/{edition}", data={"locale": "en", "began_from": 0, "subject": "S", **BLOCKS, **values}
    )


def test_a_new_edition_is_a_draft_behind_the_others_that_nobody_gets(
    product: Outreach, staff: FlaskClient, edition: int
) -> None:
    with product.db.transaction() as session:
        row = session.get_one(Edition, edition)
        assert (row.title, row.state, row.source, row.opens_on) == (
            "Spring letter",
            "draft",
            "staff",
            date(2026, 10, 1),
        )
    page = staff.get(f"/editions/{edition}").get_data(as_text=True)
    assert "Spring letter" in page
    assert page.count('class="block-card"') == 3


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [("2026-10-09", "2026-10-01", "it would end before it begins"), ("soon", "2026-10-01", "this is no day")],
)
def test_an_edition_with_impossible_days_is_not_made(
    product: Outreach, staff: FlaskClient, campaign: int, opens: str, closes: str, said: str
) -> None:
    answer = staff.post("/editions/new", data={"campaign": campaign, "title": "T", "opens": opens, "closes": closes})
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    with product.db.transaction() as session:
        assert session.scalars(select(Edition)).all() == []


def test_it_can_begin_with_the_words_of_an_earlier_one(product: Outreach, staff: FlaskClient, campaign: int) -> None:
    with product.db.transaction() as session:
        earlier = an_edition(session, campaign_id=campaign)
        a_content(session, edition_id=earlier, subject="Old words")
    made = staff.post(
        "/editions/new", data={"campaign": campaign, "opens": "2026-10-01", "closes": "2026-10-31", "copy_of": earlier}
    )
    number = int(re.findall(r"/editions/(\d+)", made.location)[0])
    assert (saved(product, number).subject, saved(product, number).origin) == ("Old words", "copied")


def test_blocks_are_saved_as_a_body_and_come_back_as_they_were(
    product: Outreach, staff: FlaskClient, edition: int
) -> None:
    post(staff, edition)
    text = saved(product, edition)
    assert text.body == (
        "::: heading\n## Before the frost\n:::\n\n"
        '::: value\nHello {{ contact.first_name | default("there") }}.\n:::\n\n'
        "::: question\n## Do you know your valve?\n\n"
        "- [Yes](answer:do-you-know-your-valve/1)\n- [No](answer:do-you-know-your-valve/2)\n:::\n"
    )
    assert text.saved_by == "Mair"
    page = staff.get(f"/editions/{edition}").get_data(as_text=True)
    assert 'value="Before the frost"' in page
    assert 'value="answer:do-you-know-your-valve/2"' in page


@pytest.mark.parametrize(
    ("deed", "kinds"),
    [
        ("up:b", ["text", "heading", "question"]),
        ("down:b", ["heading", "question", "text"]),
        ("up:a", ["heading", "text", "question"]),
        ("remove:a", ["text", "question"]),
        ("copy:c", ["heading", "text", "question", "question"]),
        ("add:tip", ["heading", "text", "question", "tip"]),
        ("add:nonsense", ["heading", "text", "question"]),
        ("up:zzz", ["heading", "text", "question"]),
    ],
)
def test_without_a_script_the_buttons_move_add_and_remove_blocks(
    product: Outreach, staff: FlaskClient, edition: int, deed: str, kinds: list[str]
) -> None:
    post(staff, edition, do=deed)
    page = staff.get(f"/editions/{edition}").get_data(as_text=True)
    assert re.findall(r'data-kind="([a-z-]+)"', page) == kinds


def test_a_condition_and_a_purpose_are_kept(product: Outreach, staff: FlaskClient, edition: int) -> None:
    extra = {"b-purpose": "about-us", "b-asks": "industry", "b-industry": ["restaurants", "farms"]}
    post(staff, edition, **extra)
    assert "::: text about-us only=industry:restaurants,farms\n" in saved(product, edition).body
    page = staff.get(f"/editions/{edition}").get_data(as_text=True)
    assert re.search(r'value="restaurants" checked', page)


def test_who_saves_over_somebody_elses_words_is_told_and_keeps_both(
    product: Outreach, staff: FlaskClient, edition: int
) -> None:
    post(staff, edition, subject="First")
    mine = staff.post(f"/editions/{edition}", data={"locale": "en", "began_from": 0, "subject": "Second", **BLOCKS})
    page = mine.get_data(as_text=True)
    assert mine.status_code == 409
    assert "Somebody else saved this text" in page
    assert 'value="Second"' in page
    assert "<p>First</p>" in page
    assert saved(product, edition).subject == "First"
    json_answer = staff.post(
        f"/editions/{edition}",
        data={"locale": "en", "began_from": 0, "subject": "Third", **BLOCKS},
        headers={"Accept": "application/json"},
    )
    assert (json_answer.status_code, json_answer.get_json()) == (409, {"newest": 1})


def test_a_page_that_saves_by_itself_is_answered_with_the_number(staff: FlaskClient, edition: int) -> None:
    answer = staff.post(
        f"/editions/{edition}",
        data={"locale": "en", "began_from": 0, "subject": "S", **BLOCKS},
        headers={"Accept": "application/json"},
    )
    assert answer.get_json() == {"number": 1}


def test_a_translation_stands_beside_its_source_and_its_tab_says_how_it_is(
    product: Outreach, staff: FlaskClient, edition: int
) -> None:
    post(staff, edition)
    page = staff.get(f"/editions/{edition}?locale=cy").get_data(as_text=True)
    assert "Begin with the words in English" in page
    assert re.search(r"language-missing[^>]*><span>Welsh", page)
    staff.post(f"/editions/{edition}/begin", data={"locale": "cy", "from": "en"})
    page = staff.get(f"/editions/{edition}?locale=cy&beside=en").get_data(as_text=True)
    assert page.count('class="block-beside"') == 3
    assert re.search(r"language-draft[^>]*><span>Welsh", page)
    assert saved(product, edition, "cy").body == saved(product, edition).body
    arabic = staff.get(f"/editions/{edition}?locale=ar").get_data(as_text=True)
    assert 'lang="ar" dir="rtl"' in arabic


def test_who_reads_what_is_told_with_its_chain(staff: FlaskClient, edition: int) -> None:
    post(staff, edition)
    page = staff.get(f"/editions/{edition}").get_data(as_text=True)
    chain = re.sub(r"<[^>]+>|\s+", " ", page.partition('class="chain"')[2].partition("</table>")[0])
    assert re.search(r"2 +en", chain)
    assert re.search(r"1 +cy +→ +en", chain)
    assert re.search(r"1 +nl +→ +en", chain)


def test_what_there_is_to_say_is_said_while_writing(staff: FlaskClient, edition: int) -> None:
    about = {
        "b-purpose": "about-us",
        "b-words": "We won a prize and then another prize {{ contact.nose }}",
        "c-kind": "",
    }
    told = staff.post(
        f"/editions/{edition}/look", data={"locale": "en", "subject": "x" * 70, **BLOCKS, **about}
    ).get_json()
    assert told["meter"]["share"] > 0.5
    assert told["meter"]["limit"] == 0.3
    assert [fault["block"] for fault in told["faults"]] == [2]
    assert "contact.nose" in told["faults"][0]["words"]
    assert any("70 characters" in hint for hint in told["hints"])
    assert any("asks nothing" in hint for hint in told["hints"])


def test_a_text_message_is_counted_in_segments_and_money(product: Outreach, staff: FlaskClient, campaign: int) -> None:
    with product.db.transaction() as session:
        row = session.get_one(Business, 1)
        row.segment_price, row.currency = 0.05, "GBP"
        texts = a_campaign(session, channel="sms")
        number = an_edition(session, campaign_id=texts, state="draft")
    said = {"locale": "en", "words": "Frost tonight! " * 12}
    told = staff.post(f"/editions/{number}/look", data=said).get_json()
    assert told["sms"]["segments"] == 2
    assert "GSM-7" in told["sms"]["words"]
    staff.post(f"/editions/{number}", data={**said, "began_from": 0})
    told = staff.post(f"/editions/{number}/look", data=said).get_json()
    assert "£" in told["sms"]["words"]


def test_history_shows_each_change_and_takes_the_text_back(product: Outreach, staff: FlaskClient, edition: int) -> None:
    post(staff, edition, subject="Before the frost")
    staff.post(f"/editions/{edition}/history/restore", data={"locale": "en", "number": 1})
    with product.db.transaction() as session:
        session.add(
            Revision(
                edition_id=edition,
                locale="en",
                number=2,
                subject="After the frost",
                body=saved(product, edition).body,
                origin="saved",
                saved_by="Rhys",
                saved_at=NOW,
            )
        )
    page = staff.get(f"/editions/{edition}/history?locale=en").get_data(as_text=True)
    assert re.search(r"<del>Before</del><ins>After</ins>", page)
    assert "Rhys" in page
    staff.post(f"/editions/{edition}/history/restore", data={"locale": "en", "number": 1})
    assert (saved(product, edition).number, saved(product, edition).subject) == (3, "Before the frost")
    assert staff.post(f"/editions/{edition}/history/restore", data={"locale": "en", "number": 99}).status_code == 404


def test_a_viewer_looks_and_cannot_write(
    product: Outreach, stranger: FlaskClient, sign_in: Callable[..., None], staff: FlaskClient, edition: int
) -> None:
    create_staff(db=product.db, email="v@hearth.example", name="V", password="a quiet look", roles=["viewer"], now=NOW)
    sign_in(stranger, email="v@hearth.example", password="a quiet look")
    page = stranger.get(f"/editions/{edition}")
    assert page.status_code == 200
    assert "takes the role of an author" in page.get_data(as_text=True)
    assert stranger.post(f"/editions/{edition}", data={"locale": "en"}).status_code == 403
    assert stranger.get("/editions/new").status_code == 403


def test_what_is_not_there_is_not_found(staff: FlaskClient, edition: int) -> None:
    assert staff.get("/editions/999").status_code == 404
    assert staff.get(f"/editions/{edition}?locale=xx").status_code == 404
    assert staff.get("/editions/new?campaign=99").status_code == 404


def test_the_words_for_the_script_are_json(staff: FlaskClient, edition: int) -> None:
    page = staff.get(f"/editions/{edition}").get_data(as_text=True)
    said = re.search(r"data-said='([^']*)'", page)
    assert said is not None
    assert json.loads(said[1].replace("&#34;", '"').replace("&#39;", "'"))["undo"] == "Undo"
