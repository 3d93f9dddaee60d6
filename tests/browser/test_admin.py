"""Journeys of staff through the admin, as a person takes them."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

PAGES = [
    "/",
    "/calendars",
    "/campaigns",
    "/campaigns/1",
    "/contacts",
    "/contacts/1",
    "/tasks",
    "/imports",
    "/mailbox/",
    "/mailbox/1",
    "/deliverability",
]


def visits(site: Site) -> int:
    """How many visits of our links were recorded."""
    with site.db.raw_transaction() as connection:
        row = connection.execute("SELECT count(*) FROM raw_batches").fetchone()
    assert row is not None
    return int(row[0])


def test_a_wrong_password_is_said_plainly_and_the_address_stays(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/contacts")
    page.get_by_label("E-mail address").fill("mair@hearth.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not fit together")
    expect(page.get_by_label("E-mail address")).to_have_value("mair@hearth.example")


def test_today_leads_to_the_contact_and_its_rhythm(staff: Page, site: Site) -> None:
    staff.get_by_role("link", name="Anna Evans").first.click()
    expect(staff.get_by_role("heading", level=1)).to_have_text("Anna Evans")
    expect(staff.locator(".answers")).to_contain_text("The gap of 14 days")
    expect(staff.locator(".timeline")).to_contain_text("After 48 days of silence Famine")


def test_the_ribbon_tells_its_reasons_to_the_keyboard(staff: Page, site: Site) -> None:
    staff.get_by_role("link", name="Calendars").click()
    told = staff.locator("#told-restaurants")
    staff.locator(".year-ribbon [tabindex='0']").first.focus()
    expect(told).to_contain_text("Open, 1 Jan – 30 Nov")
    staff.keyboard.press("ArrowRight")
    expect(told).to_contain_text("Quiet: December parties, 1 Dec – 31 Dec. Full tables.")


def test_a_filter_sends_itself(staff: Page, site: Site) -> None:
    staff.get_by_role("link", name="Contacts", exact=True).click()
    staff.get_by_label("Rhythm", exact=True).select_option("feast")
    staff.wait_for_url(re.compile("state=feast"))
    expect(staff.get_by_text("Nobody here")).to_be_visible()


def test_looking_at_a_mail_counts_for_nothing_and_its_link_below_counts(staff: Page, site: Site) -> None:
    staff.get_by_role("link", name="Mailbox", exact=True).click()
    staff.get_by_role("link", name="Before the frost").click()
    shown = staff.frame_locator("iframe")
    expect(shown.get_by_role("heading", name="Before the frost")).to_be_visible()
    shown.get_by_role("link", name="Book").click()
    expect(shown.get_by_role("heading", name="Before the frost")).to_be_visible()
    staff.get_by_role("link", name="Phone", exact=True).click()
    expect(staff.locator(".frame-phone")).to_be_visible()
    assert visits(site) == 0
    # The shop's own address does not exist; only the visit of our link matters.
    staff.context.route("https://hearth.example/**", lambda route: route.fulfill(body="booked"))
    with staff.expect_popup() as opened:
        staff.get_by_role("link", name=re.compile("^Book")).click()
    opened.value.wait_for_url("https://hearth.example/book")
    assert visits(site) == 1


def test_the_clock_of_the_demo_runs_at_the_press_of_a_button(staff: Page, site: Site) -> None:
    expect(staff.get_by_text("The clock stands still;")).to_be_visible()
    staff.get_by_role("button", name="1 day a minute").click()
    expect(staff.get_by_text("The clock runs 1,440 times as fast;")).to_be_visible()
    expect(staff.get_by_role("button", name="1 day a minute")).to_have_attribute("aria-pressed", "true")


def test_the_language_of_the_pages_can_be_chosen(staff: Page, site: Site) -> None:
    staff.get_by_label("Language").select_option("de")
    expect(staff.get_by_role("heading", level=1)).to_have_text("Heute")
    expect(staff.locator("html")).to_have_attribute("lang", "de")


def test_dark_stays_dark_on_the_next_page(staff: Page, site: Site) -> None:
    staff.get_by_role("button", name="Dark mode").click()
    staff.get_by_role("link", name="Campaigns").click()
    expect(staff.locator("html")).to_have_attribute("data-bs-theme", "dark")


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_no_page_is_wider_than_its_window_or_breaks_its_own_policy(staff: Page, site: Site, width: int) -> None:
    staff.set_viewport_size({"width": width, "height": 800})
    complaints: list[str] = []
    staff.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in PAGES:
        staff.goto(site.url + path.replace("/contacts/1", f"/contacts/{site.contact}"))
        wide = staff.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} wide"
    # The one thing that must be blocked: the pixel in the shown mail.
    assert [complaint for complaint in complaints if "/o/" not in complaint] == []


def test_every_page_has_one_heading_one_main_part_and_words_for_its_fields(staff: Page, site: Site) -> None:
    for path in PAGES:
        staff.goto(site.url + path.replace("/contacts/1", f"/contacts/{site.contact}"))
        assert staff.locator("h1").count() == 1, path
        assert staff.locator("main").count() == 1, path
        assert staff.locator("table:not(:has(caption))").count() == 0, path
        nameless = staff.locator("input:not([type=hidden]), select, button, a").evaluate_all(
            "all => all.filter(one => !(one.labels?.length || one.textContent?.trim() || one.getAttribute('aria-label')"
            " || one.hidden || one.closest('noscript'))).map(one => one.outerHTML)"
        )
        assert nameless == [], path
