"""A recovery case from the customer's first word on the public page to its end in the admin."""

import re

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from outreach.db.models.content import Business
from outreach.db.models.ledger import Touch
from outreach.db.models.recovery import RecoveryCase
from outreach.rendering.links import Tokens
from outreach.services.plan_touches import plan_touches
from tests.browser.conftest import Site
from tests.factories import NOW, a_campaign, a_content, a_link, an_edition

TOKENS = b"outreach-demo-secret-change-me"
LETTER = """::: value
We are sorry. {{ occasion.what_happened }} {{ occasion.signer }}
:::

::: question
## And now?

- [Please ring me](answer:remedy/call-me)
- [Money back](answer:remedy/money-back)
:::
"""


def prepare(site: Site) -> tuple[str, int]:
    """The address of the customer's choices; an apology with two remedies, and its link to "Please ring me"."""
    with site.db.transaction() as session:
        session.scalars(select(Business)).one().remedies = [
            {"key": "call-me", "name": {"en": "Please ring me"}},
            {"key": "money-back", "name": {"en": "Money back"}},
        ]
        campaign = a_campaign(session, name="Apology", touch_class="recovery", rule="invited")
        edition = an_edition(session, campaign_id=campaign, key="apology")
        a_content(session, edition_id=edition, subject="We are sorry", body=LETTER)
        link = a_link(session, edition_id=edition, url="answer:remedy/call-me")
        touches = select(Touch.id).where(Touch.state == "sent").order_by(Touch.sent_at.desc())
        head = Tokens([TOKENS], site.url).heads(session.scalars(touches).first()).unsubscribe
    return f"{site.url}/p/{head}", link


def test_a_case_is_walked_from_the_complaint_to_closed(staff: Page, chromium: Browser, site: Site) -> None:
    choices, link = prepare(site)
    phone = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()
    phone.goto(choices)
    phone.get_by_label("Tell us in your own words; a person reads it.").fill("The valve still drips.")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("status")).to_contain_text("A person reads it")
    # Nothing ordinary waits for this customer any more.
    with site.db.transaction() as session:
        assert session.scalars(select(Touch).where(Touch.state == "planned")).all() == []

    staff.goto(site.url)
    staff.get_by_role("region", name="Recovery cases").get_by_role("link", name="Show all").click()
    staff.get_by_role("link", name="Anna Evans").click()
    expect(staff.get_by_text("The valve still drips.")).to_be_visible()
    staff.get_by_role("button", name="Take it").click()
    expect(staff.get_by_role("status")).to_contain_text("The case is yours.")

    staff.get_by_label("What happened, in English").fill("We fitted the wrong valve.")
    staff.get_by_role("button", name="Send the apology").click()
    expect(staff.get_by_role("status")).to_contain_text("The apology goes out")
    plan_touches(db=site.db, now=NOW)
    with site.db.transaction() as session:
        sorry = session.scalars(select(Touch).where(Touch.touch_class == "recovery")).one()
        assert sorry.reason_code == "due.service"
        sorry.state, sorry.sent_at, sorry.locale = "sent", NOW, "en"
        click = Tokens([TOKENS], site.url).click(sorry.id, link)

    phone.goto(click)
    expect(phone).to_have_url(re.compile("/amends/"))
    expect(phone.get_by_label("Please ring me")).to_be_checked()
    phone.get_by_label("Money back").check()
    phone.get_by_label("Would you like to add something?").fill("For the visit only.")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("status")).to_contain_text("Thank you")

    staff.reload()
    expect(staff.get_by_text("For the visit only.")).to_be_visible()
    expect(staff.get_by_text("Agreed").first).to_be_visible()
    staff.get_by_label("How it ended").select_option("refunded")
    staff.get_by_label("What was done about it").fill("Paid back on Tuesday.")
    staff.get_by_role("button", name="Close the case").click()
    expect(staff.get_by_role("status")).to_contain_text("The case is closed.")
    with site.db.transaction() as session:
        case = session.scalars(select(RecoveryCase)).one()
        assert (case.state, case.ending, case.chosen) == ("closed", "refunded", "money-back")
    phone.context.close()
