"""An edition on its way to its readers: everything the gate judges, and the writing of what it lets through."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from outreach.db.queries.audience import AUDIENCE, audience_of
from outreach.db.queries.checked_links import load_answers
from outreach.db.queries.drafts import EditionFacts, load_drafts
from outreach.db.queries.reviews import Verdict, load_reviews
from outreach.db.queries.said_words import count_above, load_mail_bodies
from outreach.db.queries.story_shelf import SHOWN_PICTURES, load_shelf_words
from outreach.domain.content_rules.facts import Draft, Lacking, Manuscript, ReaderGroup, fingerprint
from outreach.rendering.lint_words import draft_addresses, draft_fields, image_digests
from outreach.rendering.story_block import stories_in
from outreach.rendering.word_count import word_count

#: Merge fields that a contact may have no value for, and where the value is.
LACKABLE = {
    "contact.first_name": "c.first_name = ''",
    "contact.last_name": "c.last_name = ''",
    "contact.company": "c.company = ''",
    "contact.customer_since": "c.customer_since IS NULL",
}

_LACKING = ", ".join(
    f"count(*) FILTER (WHERE {lacks}), min(c.external_id) FILTER (WHERE {lacks})" for lacks in LACKABLE.values()
)
READERS = f"""
    SELECT c.language, count(*), {_LACKING}
    {AUDIENCE}
    GROUP BY c.language ORDER BY count(*) DESC, c.language
"""

BUSINESS = """
    SELECT locales, default_locale, about_us_limit, four_eyes_above, segment_price, currency FROM business
"""

#: The texts readers got of the campaign's edition before this one.
EARLIER = """
    SELECT t.locale, t.subject, t.preheader, t.body FROM edition_contents t WHERE t.edition_id = (
        SELECT e.id FROM editions e
        WHERE e.campaign_id = %(campaign)s AND e.id <> %(edition)s AND e.state = 'published'
          AND e.opens_on <= %(opens_on)s AND EXISTS (SELECT FROM edition_contents x WHERE x.edition_id = e.id)
        ORDER BY e.opens_on DESC, e.position DESC LIMIT 1)
"""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the business asks of publishing.

    Attributes:
        four_eyes_above: an edition that may reach more contacts is published by somebody else than asked for it.
    """

    locales: tuple[str, ...]
    default_locale: str
    about_us_limit: float
    four_eyes_above: int
    segment_price: float | None
    currency: str


def load_rules(connection: psycopg.Connection) -> Rules | None:
    """The business's rules, None before a pack was applied."""
    row = connection.execute(BUSINESS).fetchone()
    return Rules(tuple(row[0]), *row[1:]) if row else None


def load_readers(connection: psycopg.Connection, edition: EditionFacts) -> tuple[ReaderGroup, ...]:
    """Whom an edition may reach, by language, with what they lack for merge fields."""
    groups = []
    for language, contacts, *lacks in connection.execute(READERS, audience_of(edition)):
        pairs = zip(LACKABLE, lacks[::2], lacks[1::2], strict=True)
        groups.append(ReaderGroup(language, contacts, {name: Lacking(n, who) for name, n, who in pairs if n}))
    return tuple(groups)


def load_manuscript(
    connection: psycopg.Connection,
    edition: EditionFacts,
    rules: Rules,
    *,
    falling_back: Collection[str] | None = None,
    with_heard: bool = False,
    today: date | None = None,
) -> Manuscript:
    """An edition's newest texts with everything the gate needs to know about them.

    Args:
        falling_back: locales that go without a text on purpose; by default those that the newest request named, as
            long as it still stands for these texts.
        with_heard: whether to count what the readers heard lately, which looks at their last mails.
        today: to see whether the edition is over; not asked if None.
    """
    drafts = {
        locale: Draft(locale, text.subject, text.preheader, text.body, text.number, text.published_at is not None)
        for locale, text in load_drafts(connection, edition.id).items()
    }
    published = connection.execute("SELECT locale FROM edition_contents WHERE edition_id = %s", (edition.id,))
    manuscript = Manuscript(
        edition_id=edition.id,
        channel=edition.channel,
        touch_class=edition.touch_class,
        opens_on=edition.opens_on,
        closes_on=edition.closes_on,
        over=today is not None and edition.closes_on < today,
        drafts=drafts,
        published=frozenset(locale for (locale,) in published) if edition.state == "published" else frozenset(),
        readers=load_readers(connection, edition),
        spoken=rules.locales,
        default_locale=rules.default_locale,
        about_us_limit=rules.about_us_limit,
        segment_price=rules.segment_price,
        currency=rules.currency,
    )
    written = manuscript.written.values()
    urls = {url for draft in written for url in draft_addresses(draft, channel=edition.channel)}
    digests = {digest for draft in written for digest in image_digests(draft.body)}
    stories = {story for draft in written for story in stories_in(draft.body)} if edition.channel == "email" else ()
    if with_heard:
        manuscript = replace(manuscript, heard=_heard(connection, edition, manuscript))
    if falling_back is None:
        falling_back = _agreed(connection, manuscript)
    return replace(
        manuscript,
        on_purpose=frozenset(falling_back) & manuscript.missing().keys(),
        answers=load_answers(connection, urls),
        image_octets=_image_octets(connection, digests),
        shelf=load_shelf_words(connection, stories),
        earlier_fields={
            locale: frozenset(field.name for field in draft_fields(draft))
            for locale, draft in _earlier_texts(connection, edition).items()
        },
    )


def _heard(connection: psycopg.Connection, edition: EditionFacts, manuscript: Manuscript) -> dict[str, float]:
    """By locale, the share of readers who would have heard too much about ourselves."""
    if edition.channel != "email" or not manuscript.written:
        return {}
    counts = {key: word_count(body) for key, body in load_mail_bodies(connection).items()}
    shares = {}
    for locale, draft in manuscript.written.items():
        heard = count_above(
            connection,
            edition,
            counts,
            languages=[group.language for group in manuscript.readers_of(locale)],
            coming=word_count(draft.body),
            limit=manuscript.about_us_limit,
        )
        shares[locale] = heard.above / heard.readers if heard.readers else 0.0
    return shares


def _agreed(connection: psycopg.Connection, manuscript: Manuscript) -> Collection[str]:
    """The missing locales, if the newest request that nobody took back was made for just these texts and gaps."""
    standing = (Verdict.OPEN, Verdict.PUBLISHED)
    newest = next((one for one in load_reviews(connection, manuscript.edition_id) if one.verdict in standing), None)
    gaps = manuscript.missing().keys()
    same = newest is not None and newest.fingerprint == fingerprint(manuscript.written.values(), falling_back=gaps)
    return gaps if same else ()


def _earlier_texts(connection: psycopg.Connection, edition: EditionFacts) -> dict[str, Draft]:
    """What readers got of the campaign's last published edition before this one, by locale."""
    values = {"campaign": edition.campaign_id, "edition": edition.id, "opens_on": edition.opens_on}
    return {row[0]: Draft(*row) for row in connection.execute(EARLIER, values)}


def _image_octets(connection: psycopg.Connection, digests: Collection[str]) -> dict[str, int]:
    """How large our own pictures are, in octets; those that are not there any more are left out."""
    rows = connection.execute(
        f"""
        SELECT digest, length(data) FROM images WHERE digest = ANY(%(digests)s)
        UNION SELECT p.digest, length(p.data) FROM {SHOWN_PICTURES} WHERE p.digest = ANY(%(digests)s)
        """,  # noqa: S608 - a constant
        {"digests": list(digests)},
    )
    return dict(rows.fetchall())


def publish_texts(
    connection: psycopg.Connection, edition_id: int, drafts: Mapping[str, Draft], *, now: datetime
) -> list[str]:
    """Gives readers these texts and says in which locales they differ from what was there.

    A text gets a new version only if it differs; messages that are out keep theirs. One that staff wrote is marked, so
    that a pack leaves it alone.
    """
    statement = "SELECT locale, subject, preheader, body FROM edition_contents WHERE edition_id = %s FOR UPDATE"
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        rows: Sequence[Any] = cursor.execute(statement, (edition_id,)).fetchall()
    present = {row.locale: (row.subject, row.preheader, row.body) for row in rows}
    changed = [
        draft
        for locale, draft in sorted(drafts.items())
        if present.get(locale) != (draft.subject, draft.preheader, draft.body)
    ]
    for draft in changed:
        connection.execute(
            """
            INSERT INTO edition_contents AS t (edition_id, locale, subject, preheader, body, edited_at, updated_at)
            VALUES (%(edition)s, %(locale)s, %(subject)s, %(preheader)s, %(body)s, %(now)s, %(now)s)
            ON CONFLICT (edition_id, locale) DO UPDATE
            SET subject = excluded.subject, preheader = excluded.preheader, body = excluded.body,
                version = t.version + 1, edited_at = excluded.edited_at, updated_at = excluded.updated_at
            """,
            {
                "edition": edition_id,
                "locale": draft.locale,
                "subject": draft.subject,
                "preheader": draft.preheader,
                "body": draft.body,
                "now": now,
            },
        )
    for draft in drafts.values():
        connection.execute(
            """
            UPDATE revisions SET published_at = %s
            WHERE edition_id = %s AND locale = %s AND number = %s AND published_at IS NULL
            """,
            (now, edition_id, draft.locale, draft.number),
        )
    return [draft.locale for draft in changed]


def open_edition(connection: psycopg.Connection, edition_id: int, *, urls: Collection[str], now: datetime) -> bool:
    """Makes its addresses trackable and lets the planner offer it; whether it was not offered before."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO links (edition_id, url) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [(edition_id, url) for url in urls],
        )
    opened = connection.execute(
        "UPDATE editions SET state = 'published', updated_at = %s WHERE id = %s AND state <> 'published'",
        (now, edition_id),
    ).rowcount
    return opened > 0
