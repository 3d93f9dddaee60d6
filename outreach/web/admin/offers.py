"""Offers: what those who left were given to come back, beside what those who stayed got in the same year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from flask import Blueprint, render_template

from outreach.db.queries.declared_offers import OfferLine, load_coming_offers, load_offer_lines
from outreach.domain.care.loyalty import MeantFor
from outreach.web.current import business_now, current_outreach

blueprint = Blueprint("offers", __name__)


@dataclass(frozen=True, slots=True)
class Beside:
    """An offer that only some get, with those that present customers had for the same thing in the same year."""

    lure: OfferLine
    loyal: Sequence[OfferLine]


@blueprint.get("/offers")
def show() -> str:
    """Win-back offers first, then those for newcomers, each beside what loyal customers got."""
    today = business_now().astimezone(UTC).date()
    with current_outreach().db.raw_transaction() as connection:
        lines = load_offer_lines(connection, today=today)
        coming = load_coming_offers(connection, today=today)
    return render_template(
        "admin/offers.html",
        win_back=_beside(lines, MeantFor.LAPSED),
        newcomers=_beside(lines, MeantFor.NEWCOMERS),
        loyal=[line for line in lines if line.for_loyal],
        coming=coming,
    )


def _beside(lines: Sequence[OfferLine], meant_for: MeantFor) -> list[Beside]:
    return [
        Beside(
            lure,
            [one for one in lines if one.for_loyal and (one.applies_to, one.year) == (lure.applies_to, lure.year)],
        )
        for lure in lines
        if lure.meant_for == meant_for
    ]
