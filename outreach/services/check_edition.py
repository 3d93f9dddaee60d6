"""Checks an edition before it is published: what the rules say of its newest texts, whom they reach, who asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from outreach.db.queries.content import load_brand
from outreach.db.queries.drafts import EditionFacts, load_edition
from outreach.db.queries.publishing import Rules, load_manuscript, load_rules
from outreach.db.queries.reviews import ReviewFacts, Verdict, load_reviews
from outreach.db.session import Database, driver_connection
from outreach.domain.content import Brand
from outreach.domain.content_rules.facts import Manuscript, fingerprint
from outreach.domain.content_rules.findings import Finding, FindingCode
from outreach.domain.content_rules.judge import hinders, needs_reason
from outreach.domain.errors import NotReady
from outreach.rendering.lint import judged
from outreach.rendering.lint_clients import NO_DATA, ClientSupport
from outreach.rendering.renderer import Renderer


@dataclass(frozen=True, slots=True)
class EditionCheck:
    """An edition at the gate.

    Attributes:
        about_us: share of words about ourselves in the text that has most of them.
        fingerprint: of what would be published now. reviews: all requests, newest first.
    """

    edition: EditionFacts
    rules: Rules
    manuscript: Manuscript
    findings: tuple[Finding, ...]
    about_us: float
    fingerprint: str
    reviews: tuple[ReviewFacts, ...]

    @property
    def review(self) -> ReviewFacts | None:
        """The request that waits for an answer."""
        return next((review for review in self.reviews if review.verdict == Verdict.OPEN), None)

    @property
    def stale(self) -> bool:
        """Whether the texts, or the gaps between them, are others than those the open request was made for."""
        return self.review is not None and self.review.fingerprint != self.fingerprint

    @property
    def hindered(self) -> bool:
        """Whether an error keeps it from being published."""
        return hinders(self.findings)

    @property
    def may_be_asked_for(self) -> bool:
        """Whether nothing keeps staff from asking but gaps that they may let fall back on purpose."""
        others = tuple(one for one in self.findings if one.code is not FindingCode.LOCALE_MISSING)
        return bool(self.manuscript.written) and not hinders(others)

    @property
    def needs_reason(self) -> bool:
        """Whether it is mostly about ourselves."""
        return needs_reason(self.findings)

    @property
    def needs_other_eyes(self) -> bool:
        """Whether it reaches so many that who asked for it must not publish it."""
        return self.manuscript.audience > self.rules.four_eyes_above

    @property
    def out(self) -> bool:
        """Whether readers get exactly this already."""
        drafts = self.manuscript.written.values()
        return self.edition.state == "published" and all(draft.published for draft in drafts)


def check_edition(
    *,
    db: Database,
    renderer_for: Callable[[Brand], Renderer],
    edition_id: int,
    clients: ClientSupport = NO_DATA,
    now: datetime,
) -> EditionCheck | None:
    """What there is to say about the newest texts of an edition; None if there is no such edition.

    Raises:
        NotReady: if no pack was applied yet.
    """
    with db.transaction() as session:
        connection = driver_connection(session)
        edition, rules, brand = load_edition(connection, edition_id), load_rules(connection), load_brand(session)
        if edition is None:
            return None
        if rules is None or brand is None:
            raise NotReady("no pack was applied yet: there is no business to write for")
        manuscript = load_manuscript(connection, edition, rules, with_heard=True, today=now.date())
        reviews = load_reviews(connection, edition_id)
    judgement = judged(manuscript, renderer_for(brand), clients=clients)
    return EditionCheck(
        edition=edition,
        rules=rules,
        manuscript=manuscript,
        findings=judgement.findings,
        about_us=judgement.about_us,
        fingerprint=fingerprint(manuscript.written.values(), falling_back=manuscript.on_purpose),
        reviews=tuple(reviews),
    )
