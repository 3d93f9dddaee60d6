"""What readers heard about ourselves lately, counted for many at once."""

from datetime import timedelta

from outreach.db.queries.drafts import load_edition
from outreach.db.queries.said_words import Heard, count_above, load_last_bodies, load_mail_bodies
from outreach.db.session import Database
from outreach.rendering.word_count import WordCount, word_count
from tests.factories import NOW, a_campaign, a_contact, a_content, a_sent_touch, an_edition

OURS = "::: about-us\none two three four\n:::\n"
USEFUL = "::: value\none two three four\n:::\n"


def test_readers_who_heard_more_about_ourselves_than_the_limit_are_counted_with_the_mail_to_come(db: Database) -> None:
    with db.transaction() as session:
        campaign = a_campaign(session)
        about, news, useful, tips = (an_edition(session, campaign_id=campaign) for _ in range(4))
        for edition, body in ((about, OURS), (news, OURS), (useful, USEFUL), (tips, USEFUL)):
            a_content(session, edition_id=edition, body=body)
        coming = an_edition(session, campaign_id=campaign)
        for heard in ((about, news), (useful, about), (useful, tips), ()):
            contact = a_contact(session, language="en")
            for age, edition in enumerate(heard, start=1):
                a_sent_touch(session, contact_id=contact, edition_id=edition, sent_at=NOW - timedelta(days=10 * age))
        a_contact(session, language="cy")
        a_contact(session, language="en", may_email=False)
    with db.raw_transaction() as connection:
        facts = load_edition(connection, coming)
        assert facts is not None
        counts = {key: word_count(body) for key, body in load_mail_bodies(connection).items()}

        def heard(share: WordCount, **other: int) -> Heard:
            return count_above(connection, facts, counts, languages=["en"], coming=share, limit=0.3, **other)

        assert heard(WordCount(0, 4)) == Heard(4, 2)
        assert heard(WordCount(4, 4)) == Heard(4, 4)
        assert heard(WordCount(0, 100)) == Heard(4, 0)
        assert heard(WordCount(0, 4), last=2) == Heard(4, 1)
        assert heard(WordCount(0, 4), most=1) == Heard(1, 1)


def test_the_last_mails_of_a_contact_come_newest_first_in_the_language_they_went_out_in(db: Database) -> None:
    with db.transaction() as session:
        contact, edition = a_contact(session), an_edition(session)
        a_content(session, edition_id=edition, body=USEFUL)
        other = an_edition(session)
        a_content(session, edition_id=other, body=OURS)
        a_sent_touch(session, contact_id=contact, edition_id=edition, sent_at=NOW - timedelta(days=2))
        a_sent_touch(session, contact_id=contact, edition_id=other, sent_at=NOW - timedelta(days=1))
    with db.raw_transaction() as connection:
        assert load_last_bodies(connection, contact, last=6) == [OURS, USEFUL]
        assert load_last_bodies(connection, contact, last=1) == [OURS]
