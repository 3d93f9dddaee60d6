"""The gate as staff see it, and what each role may do there."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from outreach.bootstrap import Outreach
from outreach.db.models.content import Business, Edition
from outreach.db.models.writing import Review
from outreach.db.queries.drafts import save_draft
from outreach.queueing.jobs import Job
from outreach.services.create_staff import create_staff
from tests.factories import NOW, a_business, a_campaign, a_contact, an_edition

PASSWORD = "a long walk by the sea"
BODY = "::: value\nClose the shutters. [Book](https://hearth.example/book)\n:::\n"


@pytest.fixture
def edition(product: Outreach) -> int:
    """A written draft of a newsletter with one reader."""
    with product.db.transaction() as session:
        a_business(session, locales=["en", "de"])
        a_contact(session)
        made = an_edition(session, campaign_id=a_campaign(session), state="draft", source="staff", title="Autumn")
    return write(product, made, BODY)


def write(product: Outreach, edition: int, body: str, *, began_from: int = 0) -> int:
    with product.db.raw_transaction() as connection:
        save_draft(
            connection,
            edition_id=edition,
            locale="en",
            began_from=began_from,
            subject="Before the frost",
            preheader="A short list.",
            body=body,
            saved_by="Mair",
            now=NOW,
        )
    return edition


@pytest.fixture
def browser(app: Flask, product: Outreach) -> Callable[[str], FlaskClient]:
    """A browser of a colleague with one role."""

    def signed_in(role: str) -> FlaskClient:
        email = f"{role}@hearth.example"
        create_staff(db=product.db, email=email, name=role.title(), password=PASSWORD, roles=[role], now=NOW)
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
        client.post("/login", data={"email": email, "password": PASSWORD})
        return client

    return signed_in


def state(product: Outreach, edition: int) -> str:
    with product.db.transaction() as session:
        return session.get_one(Edition, edition).state


def test_the_page_says_what_was_found_and_where_to_mend_it(staff: FlaskClient, product: Outreach, edition: int) -> None:
    write(product, edition, "::: value\nFine.\n:::\n\n::: value\nHello {{ contact.shoe_size }}\n:::\n", began_from=1)
    page = staff.get(f"/editions/{edition}/publish").text
    assert "is not a merge field that may be used" in page
    assert f'href="/editions/{edition}?locale=en#block-2"' in page
    assert "1 contact<" in page


def test_the_page_wakes_a_worker_for_links_that_nobody_has_tried(
    staff: FlaskClient, product: Outreach, edition: int
) -> None:
    page = staff.get(f"/editions/{edition}/publish").text
    assert "https://hearth.example/book is being checked." in page
    assert [job.func_name for job in product.queue.rq().jobs] == [Job.CHECK_LINKS]


def test_there_is_no_gate_of_an_edition_that_does_not_exist(staff: FlaskClient) -> None:
    assert staff.get("/editions/4711/publish").status_code == 404


def test_an_author_asks_and_an_approver_publishes(
    browser: Callable[[str], FlaskClient], product: Outreach, edition: int
) -> None:
    author, approver = browser("author"), browser("approver")
    answer = author.post(f"/editions/{edition}/publish/ask", follow_redirects=True)
    assert "Asked. An approver can publish it now." in answer.text
    assert "Approve and publish" not in answer.text
    answer = approver.post(f"/editions/{edition}/publish/approve", follow_redirects=True)
    assert "Published. The planner offers it from now on." in answer.text
    assert "Readers get this" in answer.text
    assert state(product, edition) == "published"


@pytest.mark.parametrize(
    ("role", "act", "code"),
    [
        ("viewer", "ask", 403),
        ("viewer", "approve", 403),
        ("viewer", "send-back", 403),
        ("viewer", "withdraw", 403),
        ("auditor", "ask", 403),
        ("sender", "approve", 403),
        ("author", "approve", 403),
        ("author", "send-back", 403),
        ("author", "ask", 303),
        ("approver", "ask", 403),
        ("admin", "ask", 303),
    ],
)
def test_each_role_may_do_its_own_part_only(
    browser: Callable[[str], FlaskClient], product: Outreach, edition: int, role: str, act: str, code: int
) -> None:
    assert browser(role).post(f"/editions/{edition}/publish/{act}").status_code == code
    assert state(product, edition) == ("review" if code == 303 else "draft")


def test_a_viewer_may_look_and_sees_no_buttons(browser: Callable[[str], FlaskClient], edition: int) -> None:
    page = browser("viewer").get(f"/editions/{edition}/publish")
    assert page.status_code == 200
    assert "An author can ask for its publication." in page.text
    assert "/publish/ask" not in page.text


def test_a_stranger_is_asked_to_sign_in(stranger: FlaskClient, edition: int) -> None:
    assert stranger.get(f"/editions/{edition}/publish").status_code == 302
    assert stranger.post(f"/editions/{edition}/publish/ask").status_code == 302


def test_what_is_refused_says_why_and_keeps_what_was_typed(staff: FlaskClient, product: Outreach, edition: int) -> None:
    staff.post(f"/editions/{edition}/publish/ask")
    with product.db.transaction() as session:
        session.execute(update(Business).values(four_eyes_above=0))
    refused = staff.post(f"/editions/{edition}/publish/approve")
    assert refused.status_code == 422
    assert "too many for one pair of eyes" in refused.text
    assert "another person than who asked must publish it" in refused.text
    empty = staff.post(f"/editions/{edition}/publish/send-back", data={"comment": " "})
    assert (empty.status_code, "there is no comment" in empty.text) == (422, True)


def test_a_request_is_sent_back_with_words_that_the_authors_read(
    staff: FlaskClient, product: Outreach, edition: int
) -> None:
    staff.post(f"/editions/{edition}/publish/ask")
    page = staff.post(
        f"/editions/{edition}/publish/send-back", data={"comment": "Shorter <b>please</b>"}, follow_redirects=True
    )
    assert "Sent back by Mair: Shorter &lt;b&gt;please&lt;/b&gt;" in page.text
    with product.db.transaction() as session:
        assert session.scalars(select(Review.verdict)).one() == "sent back"


def test_withdrawing_what_nobody_asked_for_says_so(staff: FlaskClient, edition: int) -> None:
    page = staff.post(f"/editions/{edition}/publish/withdraw", follow_redirects=True)
    assert "Nothing was waiting" in page.text


def test_a_gap_is_let_fall_back_by_a_tick(staff: FlaskClient, product: Outreach, edition: int) -> None:
    with product.db.transaction() as session:
        a_contact(session, language="de")
    page = staff.get(f"/editions/{edition}/publish").text
    assert "There is no text in German." in page
    assert staff.post(f"/editions/{edition}/publish/ask").status_code == 422
    asked = staff.post(f"/editions/{edition}/publish/ask", data={"falls_back": "de"}, follow_redirects=True)
    assert "Readers of German get English on purpose." in asked.text


def test_a_change_after_the_request_shows_and_can_be_asked_for_anew(
    staff: FlaskClient, product: Outreach, edition: int
) -> None:
    staff.post(f"/editions/{edition}/publish/ask")
    write(product, edition, BODY + "\n::: tip\nAir the rooms.\n:::\n", began_from=1)
    page = staff.get(f"/editions/{edition}/publish").text
    assert "Changed since it was asked for" in page
    assert "Approve and publish" not in page
    assert "Ask for publication" in page
