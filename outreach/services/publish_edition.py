"""Publishes an edition: checks the request once more and gives readers the newest texts, all in one transaction.

Judging and rendering happen before it; the fingerprint makes sure that what was judged, what was asked for and what is
written are the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from outreach.db.queries.content import load_brand
from outreach.db.queries.drafts import load_edition
from outreach.db.queries.packs import look_again
from outreach.db.queries.publishing import load_manuscript, load_rules, open_edition, publish_texts
from outreach.db.queries.reviews import Verdict, close_review, load_reviews, lock_edition
from outreach.db.queries.story_shelf import hold_on_shelf
from outreach.db.session import Database, driver_connection
from outreach.domain.content import Brand
from outreach.domain.content_rules.facts import Manuscript, fingerprint
from outreach.domain.content_rules.judge import hinders, needs_reason
from outreach.domain.errors import BadInput, Fault, NotReady
from outreach.rendering.lint import judged
from outreach.rendering.lint_words import draft_links
from outreach.rendering.renderer import Renderer


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing changed.

    Attributes:
        locales: whose text readers get anew. first_time: whether the edition was not offered to anybody before.
    """

    locales: tuple[str, ...] = ()
    first_time: bool = False


def publish_edition(
    *, db: Database, renderer_for: Callable[[Brand], Renderer], edition_id: int, by_id: int, now: datetime
) -> Published:
    """Gives readers what the waiting request was made for, and wakes the planner.

    Doing it twice, or twice at once, is harmless: the second finds nothing left to do. Messages that are out keep the
    version they were made of.

    Args:
        by_id: the approver.

    Raises:
        BadInput: if nobody asked, the texts have changed since, errors are left, or the same person asked for so many.
        NotReady: if no pack was applied yet.
    """
    with db.transaction() as session:
        connection = driver_connection(session)
        edition, rules, brand = load_edition(connection, edition_id), load_rules(connection), load_brand(session)
        if edition is None or rules is None or brand is None:
            raise NotReady("there is no such edition, or no business to write for")
        manuscript = load_manuscript(connection, edition, rules, today=now.date())
    findings = judged(manuscript, renderer_for(brand)).findings
    with db.transaction() as session:
        connection = driver_connection(session)
        lock_edition(connection, edition_id)
        # Nobody takes a story off the shelf meanwhile; whoever just did is seen below.
        hold_on_shelf(connection, manuscript.shelf)
        # Read again under the lock: somebody may have saved meanwhile, or published.
        manuscript_now = load_manuscript(connection, edition, rules)
        reviews = load_reviews(connection, edition_id)
        review = next((one for one in reviews if one.verdict == Verdict.OPEN), None)
        wanted = _fingerprint(manuscript_now)
        if review is None:
            newest = next((one for one in reviews if one.verdict == Verdict.PUBLISHED), None)
            if newest is not None and newest.fingerprint == wanted:
                return Published()
            raise _refused("nobody has asked for it", "Ask for its publication first.")
        if review.fingerprint != wanted or wanted != _fingerprint(manuscript):
            raise _refused("the texts have changed since it was asked for", "Ask for its publication anew.")
        if manuscript_now.shelf != manuscript.shelf:
            raise _refused("a customer's story in it was withdrawn", "Remove its block, and ask anew.")
        if hinders(findings):
            raise _refused("it has errors", "Mend what the list calls an error.")
        if needs_reason(findings) and not review.reason:
            raise _refused("it is mostly about ourselves", "Ask anew, and write down why it shall be published.")
        many = max(review.audience, manuscript_now.audience) > rules.four_eyes_above
        if many and review.asked_by_id == by_id:
            raise _refused("it may reach too many for one pair of eyes", "Let another approver publish it.")
        drafts = manuscript_now.written
        changed = publish_texts(connection, edition_id, drafts, now=now)
        urls = {url for draft in drafts.values() for url in draft_links(draft, channel=edition.channel)}
        first_time = open_edition(connection, edition_id, urls=sorted(urls), now=now)
        close_review(connection, edition_id=edition_id, verdict=Verdict.PUBLISHED, comment="", by_id=by_id, now=now)
        if changed or first_time:
            look_again(session, now=now)
    return Published(tuple(changed), first_time)


def _fingerprint(manuscript: Manuscript) -> str:
    return fingerprint(manuscript.written.values(), falling_back=manuscript.on_purpose)


def _refused(why: str, mend: str) -> BadInput:
    return BadInput([Fault(place="publishing", reason=why, mend=mend)])
