"""The demo's newsletter, read in the built-in mailbox in every language, on a desktop and on a phone."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import FrameLocator, Page

from outreach.db.queries.mailbox import NewMail, store_mail
from outreach.domain.content import Brand, EditionText, Recipient
from outreach.intake.packs import Pack, read_pack
from outreach.rendering.direction import direction
from outreach.rendering.links import Tokens
from outreach.rendering.renderer import Renderer
from tests.browser.conftest import Site
from tests.factories import NOW

NAMES = {"en": "Anna", "cy": "Siân", "zh-Hans": "芳", "es": "Íñigo", "fr": "Zoë", "de": "Jürgen", "ar": "ليلى"}


@pytest.fixture(scope="module")
def pack(root: Path) -> Pack:
    return read_pack(root / "packs" / "hearth-energy")


@pytest.fixture
def mails(site: Site, pack: Pack, root: Path) -> dict[str, int]:
    """The newsletter of November in the mailbox, by locale."""
    business = pack.business
    assert business is not None
    brand = Brand(**business.model_dump(include=set(Brand.__dataclass_fields__)), default_locale="en")
    frames = root / "templates" / "messages"
    renderer = Renderer(brand, Tokens([b"a key"], site.url), locales_dir=root / "locales", templates_dir=frames)
    for place, locale in enumerate(pack.locales):
        written = pack.texts["newsletter", "2026-11", locale]
        links = {url: number for number, url in enumerate(written.urls, start=1)}
        text = EditionText(place + 1, 1, locale, written.subject, written.preheader, written.body, links)
        who = Recipient(uuid4(), "reader@example.com", NAMES[locale], "", "", "", date(2019, 3, 1))
        raw = renderer.mail(text, who, now=NOW).data
        with site.db.transaction() as session:
            mail = NewMail(
                received_at=NOW,
                channel="email",
                sender="carys@hearth.example",
                recipient="reader@example.com",
                subject=written.subject,
                touch_id=None,
                language=locale,
                raw=raw,
            )
            store_mail(session, [mail])
    with site.db.raw_transaction() as connection:
        found = dict(connection.execute("SELECT language, id FROM mailbox_messages WHERE recipient LIKE 'reader%'"))
    return {str(locale): int(number) for locale, number in found.items()}


@pytest.mark.parametrize("width", [1280, 390])
def test_every_language_reads_in_its_own_direction_and_fits_the_screen(
    staff: Page, site: Site, pack: Pack, mails: dict[str, int], width: int, tmp_path: Path
) -> None:
    staff.set_viewport_size({"width": width, "height": 900})
    assert set(mails) == set(pack.locales) == set(NAMES)
    for locale, mail in mails.items():
        staff.goto(f"{site.url}/mailbox/{mail}")
        letter: FrameLocator = staff.frame_locator("iframe").first
        heading = letter.locator("h2").first
        heading.wait_for()
        root = letter.locator("html")
        assert root.get_attribute("lang") == locale
        assert root.get_attribute("dir") == direction(locale)
        assert heading.evaluate("e => getComputedStyle(e).direction") == direction(locale)
        assert NAMES[locale] in letter.locator("body").inner_text()
        wider = root.evaluate("e => e.scrollWidth - e.clientWidth")
        assert wider <= 0, f"{locale} is {wider} px too wide at {width}"
        aligned = heading.evaluate("e => { const r = e.getBoundingClientRect(); return [r.left, r.right] }")
        assert aligned[0] < aligned[1]
        picture = tmp_path / f"{locale}-{width}.png"
        staff.screenshot(path=picture, full_page=True)
        assert picture.stat().st_size > 10_000
