"""Numbers on staff pages, as each language counts."""

import pytest
from flask import Flask
from flask_babel import force_locale

from outreach.web.formats import days


@pytest.mark.parametrize(
    ("locale", "count", "said"),
    [
        ("en", 1, "1 day"),
        ("en", 1.04, "1 day"),
        ("en", 12.34, "12.3 days"),
        ("en", 0, "0 days"),
        ("de", 1.5, "1,5 Tage"),
        ("ar", 3, "3 أيام"),
        ("ar", 11, "11 يومًا"),
        ("ar", 100, "100 يوم"),
        ("ar", 2.5, "2.5 يوم"),
    ],
)
def test_days_are_counted_as_the_language_does(app: Flask, locale: str, count: float, said: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert days(count) == said
