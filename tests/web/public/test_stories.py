"""A customer's own page: told, permitted piece by piece, shown again, withdrawn; friends and reviews."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select, text

from outreach.bootstrap import Outreach
from outreach.db.models.content import Business
from outreach.db.models.stories import StoryPermission, StoryRow
from outreach.db.session import Database
from tests.factories import NOW, a_business, a_contact, a_content, a_link, a_sent_touch, a_sign_up_form, an_edition

WORDS = "We were cold for years, and now we are warm."
LOCALES = ["en", "cy", "zh-Hans", "es", "fr", "de", "ar"]
REVIEWS = [{"name": "Town reviews", "url": "https://reviews.example/hearth"}]


class Customer:
    """Somebody with a message of ours and a browser."""

    def __init__(self, product: Outreach, browser: FlaskClient, *, locale: str = "en") -> None:
        self.db, self.browser = product.db, browser
        with self.db.transaction() as session:
            self.id = a_contact(session, first_name="Nia", last_name="Price", language=locale)
            self.touch = a_sent_touch(session, contact_id=self.id, sent_at=NOW - timedelta(days=2), locale=locale)
        self.token = product.tokens.heads(self.touch).unsubscribe

    def opens(self, path: str = "story") -> str:
        answer = self.browser.get(f"/{path}/{self.token}")
        assert answer.status_code == 200
        return unescape(answer.get_data(as_text=True))

    def sends(self, **fields: object) -> tuple[int, str]:
        answer = self.browser.post(f"/story/{self.token}", data=fields, content_type="multipart/form-data")
        return answer.status_code, unescape(answer.get_data(as_text=True))


@pytest.fixture
def business(product: Outreach) -> None:
    with product.db.transaction() as session:
        a_business(session, review_links=REVIEWS)


@pytest.fixture
def customer(product: Outreach, business: None, stranger: FlaskClient) -> Customer:
    return Customer(product, stranger)


def story(db: Database) -> StoryRow | None:
    with db.transaction() as session:
        return session.scalars(select(StoryRow).order_by(StoryRow.id.desc())).first()


def rows(db: Database) -> dict[str, int]:
    with db.transaction() as session:
        tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        return {table: session.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0 for table in tables}


def test_looking_changes_nothing(customer: Customer) -> None:
    with customer.db.transaction() as session:
        a_sign_up_form(session, for_referrals=True)
    before = rows(customer.db)
    for path in ("story", "friend", "p"):
        customer.opens(path)
    customer.browser.get("/r/nobodys")
    assert rows(customer.db) == before


def test_nothing_is_chosen_beforehand(customer: Customer) -> None:
    assert "checked" not in customer.opens()


def test_what_was_given_is_shown_again_and_each_permission_is_a_choice_of_its_own(customer: Customer) -> None:
    status, page = customer.sends(words=WORDS, wording="yes", name="first", show_picture="no")
    assert status == 200
    assert WORDS in page
    assert re.findall(r'name="(\w+)" value="(\w+)" checked', customer.opens()) == [
        ("wording", "yes"),
        ("name", "first"),
        ("show_picture", "no"),
    ]
    with customer.db.transaction() as session:
        line = session.scalars(select(StoryPermission)).one()
    assert (line.words, line.shown_name, line.wording_use, line.picture_use) == (WORDS, "Nia", True, False)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_record_holds_the_questions_as_they_stood_on_the_page(
    product: Outreach, business: None, stranger: FlaskClient, locale: str
) -> None:
    customer = Customer(product, stranger, locale=locale)
    page = customer.opens()
    assert f'lang="{locale}"' in page
    customer.sends(words=WORDS, wording="yes", name="full")
    with customer.db.transaction() as session:
        asked = session.scalars(select(StoryPermission.asked)).one()
    assert len(asked) == 3
    for question in asked:
        assert f"<legend>{question}</legend>" in page


def test_what_is_left_open_counts_as_no(customer: Customer) -> None:
    customer.sends(words=WORDS)
    told = story(customer.db)
    assert told is not None
    assert told.state == "told"
    with customer.db.transaction() as session:
        line = session.scalars(select(StoryPermission)).one()
    assert (line.name_use, line.shown_name, line.wording_use, line.picture_use) == ("none", "", False, False)


def test_what_was_typed_stays_where_it_was_refused(customer: Customer) -> None:
    status, page = customer.sends(words="Warm.", wording="yes")
    assert status == 422
    assert "Warm." in page
    assert 'aria-invalid="true" aria-describedby="wrong-words"' in page
    assert story(customer.db) is None


def test_a_picture_is_taken_and_only_its_owner_sees_it(customer: Customer, product: Outreach) -> None:
    octets = BytesIO()
    Image.new("RGB", (50, 30), "teal").save(octets, "PNG")
    octets.seek(0)
    status, page = customer.sends(words=WORDS, wording="yes", show_picture="yes", picture=(octets, "me.png"))
    assert status == 200
    assert f"/story/{customer.token}/picture" in page
    assert customer.browser.get(f"/story/{customer.token}/picture").mimetype == "image/jpeg"
    other = Customer(product, customer.browser)
    assert other.browser.get(f"/story/{other.token}/picture").status_code == 404


@pytest.mark.parametrize("data", [b"<svg/>", b"GIF89a", b"x" * 100])
def test_what_is_no_picture_is_refused_beside_its_field(customer: Customer, data: bytes) -> None:
    status, page = customer.sends(words=WORDS, picture=(BytesIO(data), "me.png"))
    assert status == 422
    assert 'id="wrong-file"' in page


def test_everything_is_taken_back_with_one_button(customer: Customer) -> None:
    customer.sends(words=WORDS, wording="yes", name="full")
    page = customer.browser.post(f"/story/{customer.token}/withdraw").get_data(as_text=True)
    assert WORDS not in page
    told = story(customer.db)
    assert told is not None
    assert told.state == "withdrawn"


def test_whoever_sends_all_day_is_asked_to_wait(customer: Customer) -> None:
    answers = [customer.sends(words=f"{WORDS} {number}")[0] for number in range(7)]
    assert answers == [200] * 6 + [429]


@pytest.mark.parametrize("path", ["story/x", "friend/x", "story/x/picture"])
def test_a_link_that_is_not_ours_opens_nothing(stranger: FlaskClient, business: None, path: str) -> None:
    assert stranger.get(f"/{path}").status_code == 404


def test_a_story_link_in_a_letter_leads_to_the_page(customer: Customer, product: Outreach) -> None:
    with product.db.transaction() as session:
        edition = an_edition(session)
        link = a_link(session, edition_id=edition, url="story:tell")
        touch: UUID = a_sent_touch(session, contact_id=customer.id, sent_at=NOW, edition_id=edition)
    tokens = product.tokens
    click = tokens.click(touch, link).removeprefix(tokens.base_url)
    answer = customer.browser.get(click)
    assert answer.status_code == 302
    assert customer.browser.get(answer.headers["Location"]).status_code == 200


def reviews_on(page: str) -> str:
    found = re.search(r'<section aria-labelledby="reviews">.*?</section>', page, re.DOTALL)
    assert found
    return found[0]


def test_everybody_is_offered_the_same_public_reviews_whatever_they_answered(
    customer: Customer, product: Outreach
) -> None:
    body = "::: question\nAre you warm?\n\n- [Yes](answer:warm/thumbs-up)\n- [No](answer:warm/thumbs-down)\n:::\n"
    with product.db.transaction() as session:
        edition = an_edition(session)
        a_content(session, edition_id=edition, body=body)
        links = [a_link(session, edition_id=edition, url=f"answer:warm/{one}") for one in ("thumbs-up", "thumbs-down")]
        touch = a_sent_touch(session, contact_id=customer.id, sent_at=NOW, edition_id=edition)
    head = product.tokens.heads(touch).click
    pages = [customer.browser.get(f"/a/{head}{product.tokens.tail(link)}").get_data(as_text=True) for link in links]
    assert "Your answer: Yes" in pages[0]
    assert "Your answer: No" in pages[1]
    told = customer.opens("story")
    customer.browser.post(f"/p/{customer.token}/problem", data={"words": "The valve drips."})
    shown = {reviews_on(page) for page in [*pages, told, customer.opens("story"), customer.opens("p")]}
    assert len(shown) == 1
    assert "https://reviews.example/hearth" in shown.pop()


def test_without_review_links_no_page_speaks_of_them(customer: Customer) -> None:
    with customer.db.transaction() as session:
        session.get_one(Business, 1).review_links = []
    assert "reviews" not in customer.opens()


def test_a_customer_has_one_link_for_friends_and_makes_it_by_themselves(customer: Customer) -> None:
    assert customer.browser.get(f"/friend/{customer.token}").status_code == 404
    with customer.db.transaction() as session:
        a_sign_up_form(session, for_referrals=True)
    assert "/r/" not in customer.opens("friend")
    pages = [customer.browser.post(f"/friend/{customer.token}").get_data(as_text=True) for _ in range(2)]
    found = [re.findall(r"/r/[\w-]+", page) for page in pages]
    assert len(found[0]) == 1
    assert found[0] == found[1]
    answer = customer.browser.get(found[0][0])
    assert answer.status_code == 302
    page = customer.browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert "by somebody's recommendation" in unescape(page)
    assert "Nia" not in page
    assert page.count("via=") == 1 + 2  # the form, and its other languages


def test_a_code_that_is_nobodys_leads_to_the_plain_form(customer: Customer) -> None:
    with customer.db.transaction() as session:
        a_sign_up_form(session, for_referrals=True)
    page = customer.browser.get("/r/nobodys", follow_redirects=True).get_data(as_text=True)
    assert "recommendation" not in page
    assert "via=" not in page
    with customer.db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(StoryRow)) == 0
