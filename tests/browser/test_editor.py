"""A marketer makes, writes, translates, approves and schedules an edition without a mouse and without code."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from outreach.db.models.content import Business, Campaign, Edition, EditionContent
from tests.browser.conftest import Site
from tests.factories import a_contact


@pytest.fixture
def campaign(site: Site) -> int:
    """The newsletter of a business that writes in English and German, with a reader of each."""
    with site.db.transaction() as session:
        session.scalars(select(Business)).one().locales = ["en", "de"]
        a_contact(session, language="de", first_name="Uwe")
        return session.scalars(select(Campaign.id).order_by(Campaign.id)).first() or pytest.fail("no campaign")


def saved(page: Page) -> None:
    """Waits until the page has saved itself."""
    expect(page.locator("[data-status]")).to_have_text("Saved", timeout=10_000)


def block(page: Page, place: int) -> Locator:
    return page.locator(f"#block-{place}")


def kinds(page: Page) -> list[str]:
    return [str(one.get_attribute("data-kind")) for one in page.locator("[data-block]").all()]


def make(page: Page, site: Site, campaign: int) -> str:
    """Makes an edition and gives its address."""
    page.goto(f"{site.url}/editions/new?campaign={campaign}")
    page.get_by_label("What you call it").fill("First frost")
    page.get_by_role("button", name="Make it").press("Enter")
    page.wait_for_url(re.compile(r"/editions/\d+$"))
    return page.url


def test_from_an_empty_page_to_an_approved_letter_in_two_languages(staff: Page, site: Site, campaign: int) -> None:
    address = make(staff, site, campaign)
    staff.get_by_label("Subject", exact=True).fill("Before the first frost")
    staff.get_by_label("Preheader").fill("Three things for one evening")
    for kind in kinds(staff):
        assert kind in ("heading", "text", "question")
    block(staff, 1).get_by_label("Heading").fill("The first cold night")
    words = block(staff, 2).get_by_label("Words", exact=True)
    words.fill("Hello ")
    staff.get_by_text("Insert what we know of the reader").press("Enter")
    staff.get_by_label("Where it is not known").fill("there")
    words.focus()
    staff.keyboard.press("End")
    staff.get_by_role("button", name="Insert where I write").press("Enter")
    expect(words).to_have_value(re.compile(r'^Hello \{\{ contact\.\w+ \| default\("there"\) \}\}$'))
    block(staff, 3).get_by_label("Words", exact=True).fill("## Did your heating start at once?")
    block(staff, 3).get_by_label("Answer 1", exact=True).fill("Yes")
    block(staff, 3).get_by_label("Answer 2", exact=True).fill("No")
    saved(staff)

    staff.get_by_role("button", name="Save").press("Enter")
    staff.goto(f"{address}?locale=de&beside=en")
    expect(staff.get_by_label("Subject", exact=True)).to_have_value("")
    staff.get_by_role("button", name="Begin with the words in English").press("Enter")
    staff.get_by_label("Subject", exact=True).fill("Vor dem ersten Frost")
    block(staff, 1).get_by_label("Heading").fill("Die erste kalte Nacht")
    expect(block(staff, 1).locator(".block-beside")).to_have_text("The first cold night")
    saved(staff)

    staff.goto(f"{address}/preview")
    expect(staff.frame_locator(".proof-desktop iframe").get_by_text("The first cold night")).to_be_visible()
    staff.goto(f"{address}/publish")
    expect(staff.locator(".finding-error")).to_have_count(0)
    staff.get_by_role("button", name="Ask for publication").press("Enter")
    staff.get_by_role("button", name="Approve and publish").press("Enter")
    expect(staff.get_by_text("There is nothing new to publish.")).to_be_visible()
    edition = int(address.rpartition("/")[2])
    with site.db.transaction() as session:
        assert session.get_one(Edition, edition).state == "published"
        texts = session.scalars(select(EditionContent).where(EditionContent.edition_id == edition)).all()
        assert {text.locale: text.subject for text in texts} == {
            "en": "Before the first frost",
            "de": "Vor dem ersten Frost",
        }
    staff.goto(f"{site.url}/edition-calendar")
    expect(staff.get_by_role("link", name=re.compile("First frost")).first).to_be_visible()


def test_blocks_change_places_by_keyboard_and_one_taken_away_comes_back(staff: Page, site: Site, campaign: int) -> None:
    make(staff, site, campaign)
    assert kinds(staff) == ["heading", "text", "question"]
    block(staff, 3).get_by_label("Words", exact=True).press("Alt+ArrowUp")
    assert kinds(staff) == ["heading", "question", "text"]
    expect(staff.locator("[data-announce]")).to_have_text("Block 2 of 3")
    expect(block(staff, 2).get_by_label("Words", exact=True)).to_be_focused()
    block(staff, 1).get_by_role("button", name="Move Heading down").press("Enter")
    assert kinds(staff) == ["question", "heading", "text"]
    block(staff, 3).get_by_role("button", name="Remove Text").press("Enter")
    assert kinds(staff) == ["question", "heading"]
    staff.get_by_role("button", name="Undo").press("Enter")
    assert kinds(staff) == ["question", "heading", "text"]
    saved(staff)
    staff.reload()
    assert kinds(staff) == ["question", "heading", "text"]


def test_blocks_are_dragged_by_their_handle(staff: Page, site: Site, campaign: int) -> None:
    make(staff, site, campaign)
    staff.set_viewport_size({"width": 1280, "height": 1600})
    last = block(staff, 3).bounding_box()
    assert last is not None
    below = {"x": 20, "y": last["height"] - 5}
    block(staff, 1).locator("[data-handle]").drag_to(block(staff, 3), target_position=below)  # type: ignore[arg-type]
    expect(staff.locator("[data-block]").last).to_have_attribute("data-kind", "heading")
    saved(staff)


def test_words_pasted_from_a_document_and_a_picture_of_the_library_find_their_place(
    staff: Page, site: Site, campaign: int
) -> None:
    octets = BytesIO()
    Image.linear_gradient("L").save(octets, "PNG")
    staff.goto(f"{site.url}/library/images")
    picture = {"name": "dusk.png", "mimeType": "image/png", "buffer": octets.getvalue()}
    staff.locator("#file").set_input_files(files=[picture])  # type: ignore[list-item]
    staff.get_by_label("English").fill("A roof at dusk")
    staff.get_by_role("button", name="Put it into the library").press("Enter")
    expect(staff.get_by_role("heading", name="dusk.png")).to_be_visible()
    make(staff, site, campaign)
    words = block(staff, 2).get_by_label("Words", exact=True)
    words.fill("")
    words.evaluate(
        """field => {
            const data = new DataTransfer();
            data.setData("text/html", "<p style='mso-x:y'>Close the <b>shutters</b><img src='file:///x.png'></p>");
            data.setData("text/plain", "Close the shutters");
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(words).to_have_value("Close the **shutters**")
    expect(staff.get_by_text("Pictures were left out: put them into the library.")).to_be_visible()
    staff.get_by_role("group", name="Add a block").get_by_role("button", name="Image").press("Enter")
    staff.get_by_role("button", name="Choose from the library").press("Enter")
    staff.get_by_role("dialog").get_by_role("button", name="dusk.png").press("Enter")
    expect(block(staff, 4).get_by_label("Address")).to_have_value(re.compile(r"/i/[0-9a-f]{64}\.png$"))
    expect(block(staff, 4).get_by_label("What it shows")).to_have_value("A roof at dusk")
    saved(staff)


def test_what_is_wrong_appears_while_it_is_written(staff: Page, site: Site, campaign: int) -> None:
    make(staff, site, campaign)
    block(staff, 2).get_by_label("Words", exact=True).fill("Your {{ contact.shoe_size }}")
    expect(block(staff, 2).locator("[data-fault]")).to_contain_text("shoe_size")
    expect(staff.locator("[data-status]")).to_contain_text("Saved")
