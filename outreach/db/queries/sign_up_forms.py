"""Sign-up forms that are in use, what they offer, and how many came by them."""

import psycopg

from outreach.domain.sign_up.form import SignUpField, SignUpForm

FORMS = """
    SELECT f.id, f.key, f.titles, f.wordings, i.key, f.time_zone, f.country, f.topics, f.asks, b.locales
    FROM sign_up_forms f JOIN industries i ON i.id = f.industry_id CROSS JOIN business b
    WHERE f.active ORDER BY f.key
"""


def load_forms(connection: psycopg.Connection) -> list[SignUpForm]:
    """The forms that are in use, by key; their languages are those the business writes in, in its order."""
    return [
        SignUpForm(
            id=number,
            key=key,
            titles={tag: titles[tag] for tag in locales if tag in titles},
            wordings=wordings,
            industry=industry,
            time_zone=time_zone,
            country=country,
            topics=tuple(topics),
            asks=frozenset(map(SignUpField, asks)),
        )
        for number, key, titles, wordings, industry, time_zone, country, topics, asks, locales in connection.execute(
            FORMS
        )
    ]


def load_form(connection: psycopg.Connection, key: str) -> SignUpForm | None:
    """The form at an address, None if none is in use there."""
    return next((form for form in load_forms(connection) if form.key == key), None)


def load_topic_names(connection: psycopg.Connection, form: SignUpForm) -> dict[str, dict[str, str]]:
    """What readers call the topics of a form, by campaign key and locale; those that still run, in the form's order."""
    names: dict[str, dict[str, str]] = dict(
        connection.execute(
            "SELECT key, topic FROM campaigns WHERE active AND topic <> '{}' AND key = ANY(%s)", (list(form.topics),)
        ).fetchall()
    )
    return {key: names[key] for key in form.topics if key in names}


def count_confirmed(connection: psycopg.Connection) -> dict[str, int]:
    """How many people signed up and confirmed, by the key of the form; forms without any are left out."""
    return dict(
        connection.execute(
            """
            SELECT f.key, count(*) FROM sign_ups s JOIN sign_up_forms f ON f.id = s.form_id
            WHERE s.confirmed_at IS NOT NULL GROUP BY f.key
            """
        ).fetchall()
    )
