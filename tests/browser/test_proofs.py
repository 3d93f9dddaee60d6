"""The preview as a person sees it: right to left on a phone, dark on request, and harmless to click in."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.test_admin import visits
from tests.factories import a_campaign, a_contact, a_content, an_edition

ARABIC = "::: value\n## قبل الصقيع\n\nمرحبًا {{ contact.first_name }}، أغلقوا النوافذ.\n\n[احجزوا](https://hearth.example/book)\n:::\n"


@pytest.fixture
def edition(site: Site) -> int:
    """A newsletter in Arabic and English, with an Arabic reader."""
    with site.db.transaction() as session:
        made = an_edition(session, campaign_id=a_campaign(session), title="Autumn")
        a_content(session, edition_id=made)
        a_content(session, edition_id=made, locale="ar", subject="قبل الصقيع", body=ARABIC)
        a_contact(session, first_name="أمل", last_name="حداد", language="ar")
    return made


def test_arabic_runs_from_right_to_left_at_phone_width(staff: Page, site: Site, edition: int, tmp_path: Path) -> None:
    staff.goto(f"{site.url}/editions/{edition}/preview")
    staff.get_by_role("link", name="Arabic", exact=True).click()
    expect(staff.get_by_role("heading", name="As أمل حداد would get it")).to_be_visible()
    phone = staff.frame_locator(".proof-phone iframe")
    heading = phone.get_by_role("heading", name="قبل الصقيع")
    expect(heading).to_be_visible()
    assert phone.locator("html").get_attribute("dir") == "rtl"
    assert heading.evaluate("it => getComputedStyle(it).direction") == "rtl"
    assert phone.locator("html").evaluate("() => innerWidth") == 390
    # A phone that must be pushed sideways to be read is a broken one.
    assert phone.locator("html").evaluate("it => it.scrollWidth <= innerWidth")
    begins, width = heading.evaluate(
        "it => { const words = document.createRange(); words.selectNodeContents(it);"
        " const box = words.getBoundingClientRect(); return [box.right, innerWidth] }"
    )
    assert begins > width * 0.8
    assert staff.frame_locator(".proof-desktop iframe").locator("html").evaluate("() => innerWidth") == 700
    picture = tmp_path / "arabic.png"
    staff.screenshot(path=picture, full_page=True)
    assert picture.stat().st_size > 20_000


def test_dark_and_light_are_shown_whatever_the_browser_prefers(staff: Page, site: Site, edition: int) -> None:
    grounds = []
    for preferred in ("light", "dark"):
        staff.emulate_media(color_scheme=preferred)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            staff.goto(f"{site.url}/preview-frames/{edition}?scheme={scheme}")
            grounds.append(staff.locator("body").evaluate("it => getComputedStyle(it).backgroundColor"))
    light, dark = grounds[:2]
    assert light != dark
    assert grounds == [light, dark, light, dark]


def test_a_link_in_the_preview_leads_nowhere(staff: Page, site: Site, edition: int) -> None:
    staff.goto(f"{site.url}/editions/{edition}/preview?locale=ar")
    frame = staff.frame_locator(".proof-phone iframe")
    frame.get_by_role("link", name="احجزوا").click()
    expect(frame.get_by_role("heading", name="قبل الصقيع")).to_be_visible()
    assert visits(site) == 0


def test_the_page_fits_a_phone(staff: Page, site: Site, edition: int) -> None:
    staff.set_viewport_size({"width": 390, "height": 844})
    staff.goto(f"{site.url}/editions/{edition}/preview")
    assert staff.evaluate("document.documentElement.scrollWidth") == 390
