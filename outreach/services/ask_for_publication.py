"""Asks for an edition to be published: judges it, and leaves a request that is bound to these very texts."""

from collections.abc import Callable, Collection
from datetime import datetime

from outreach.db.queries.content import load_brand
from outreach.db.queries.drafts import load_edition
from outreach.db.queries.publishing import load_manuscript, load_rules
from outreach.db.queries.reviews import Verdict, close_review, load_reviews, lock_edition, open_review
from outreach.db.session import Database, driver_connection
from outreach.domain.content import Brand
from outreach.domain.content_rules.facts import Manuscript, fingerprint
from outreach.domain.content_rules.judge import hinders, needs_reason
from outreach.domain.errors import BadInput, Fault, NotReady
from outreach.rendering.lint import judged
from outreach.rendering.renderer import Renderer


def ask_for_publication(
    *,
    db: Database,
    renderer_for: Callable[[Brand], Renderer],
    edition_id: int,
    falling_back: Collection[str] = (),
    reason: str = "",
    by_id: int,
    now: datetime,
) -> None:
    """Leaves a request for what the newest texts are now; one that waits already is withdrawn for it.

    Args:
        falling_back: locales without a text whose readers shall get another one on purpose.
        reason: why it may be mostly about ourselves.
        by_id: the member of staff who asks.

    Raises:
        BadInput: if an error keeps it from being published, or a reason is needed and missing.
        NotReady: if no pack was applied yet.
    """
    with db.transaction() as session:
        connection = driver_connection(session)
        edition, rules, brand = load_edition(connection, edition_id), load_rules(connection), load_brand(session)
        if edition is None or rules is None or brand is None:
            raise NotReady("there is no such edition, or no business to write for")
        manuscript = load_manuscript(
            connection, edition, rules, falling_back=falling_back, with_heard=True, today=now.date()
        )
    judgement = judged(manuscript, renderer_for(brand))
    if hinders(judgement.findings) or not manuscript.written:
        raise BadInput([_fault("it has errors, or no text at all", "Mend what the list calls an error.")])
    if needs_reason(judgement.findings) and not reason.strip():
        raise BadInput([_fault("it is mostly about ourselves", "Write down why it shall be published all the same.")])
    with db.raw_transaction() as connection:
        lock_edition(connection, edition_id)
        asked = _fingerprint(manuscript)
        waiting = next((one for one in load_reviews(connection, edition_id) if one.verdict == Verdict.OPEN), None)
        if waiting is not None and (waiting.fingerprint, waiting.asked_by_id) == (asked, by_id):
            return
        close_review(
            connection, edition_id=edition_id, verdict=Verdict.WITHDRAWN, comment="asked anew", by_id=by_id, now=now
        )
        open_review(
            connection,
            edition_id=edition_id,
            fingerprint=asked,
            audience=manuscript.audience,
            about_us=judgement.about_us,
            reason=reason.strip(),
            asked_by_id=by_id,
            now=now,
        )


def _fingerprint(manuscript: Manuscript) -> str:
    return fingerprint(manuscript.written.values(), falling_back=manuscript.on_purpose)


def _fault(why: str, mend: str) -> Fault:
    return Fault(place="publishing", reason=why, mend=mend)
