"""The page of sign-up forms: their addresses, and HTML that really signs somebody up."""

import html
import re

from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from tests.factories import a_business, a_campaign, a_sign_up_form


def test_there_is_none_at_first(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        a_business(session)
    assert "No sign-up form yet" in staff.get("/sign-up-forms").text


def test_each_form_has_its_address_and_html_in_every_language(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        a_business(session)
        a_campaign(session, key="tips", topic={"en": "Tips & <tricks>"})
        a_sign_up_form(session, topics=["tips"])
        a_sign_up_form(session, "stopped", active=False)
    page = staff.get("/sign-up-forms").text
    assert f'href="{product.tokens.base_url}/s/news"' in page
    assert "/s/stopped" not in page
    snippets = [html.unescape(found) for found in re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)]
    assert [re.findall(r'lang="([\w-]+)" dir="(\w+)"', snippet) for snippet in snippets] == [
        [("en", "ltr")],
        [("de", "ltr")],
        [("ar", "rtl")],
    ]
    english = snippets[0]
    assert f'action="{product.tokens.base_url}/s/news?lang=en"' in english
    assert "Tips &amp; &lt;tricks&gt;" in english
    assert "Please write to me." in english
    assert set(re.findall(r'name="(\w+)"', english)) == {"email", "first_name", "phone", "topic", "about_you"}
    assert "<script" not in english
