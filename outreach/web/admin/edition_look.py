"""What the editor says beside a text while it is written: faults, the customer-first meter, lengths, segments, cost."""

from typing import Any

from flask_babel import format_currency, format_percent, gettext, ngettext

from outreach.db.queries.content import load_brand
from outreach.db.queries.drafts import EditionFacts
from outreach.domain.content import EditionText
from outreach.domain.content_rules.facts import Manuscript
from outreach.domain.errors import BadInput, Fault
from outreach.rendering.questions import asks
from outreach.rendering.renderer import SAMPLE
from outreach.rendering.word_count import word_count
from outreach.rendering.written import written_blocks
from outreach.web.admin.edition_form import TextForm
from outreach.web.current import current_outreach

#: Characters that inbox lists show of a subject, and of a preheader beside it.
SUBJECT_SHOWN, PREHEADER_SHOWN = 60, 100


def look_at(form: TextForm, *, edition: EditionFacts, locale: str, manuscript: Manuscript) -> dict[str, Any]:
    """What is to be said, in the words of whoever looks: `faults` with their block, `meter`, `hints`, `sms`."""
    body = form.body
    faults = _faults(form, locale=locale)
    if edition.channel == "sms":
        return {"faults": faults, "meter": None, "hints": [], "sms": _segments(form, locale, manuscript)}
    counted = word_count(body)
    meter = {
        "share": round(counted.share, 3),
        "limit": manuscript.about_us_limit,
        "words": gettext(
            "%(share)s of the words are about ourselves; at most %(limit)s without a reason.",
            share=format_percent(counted.share),
            limit=format_percent(manuscript.about_us_limit),
        ),
    }
    return {"faults": faults, "meter": meter, "hints": _hints(form), "sms": None}


def _faults(form: TextForm, *, locale: str) -> list[dict[str, Any]]:
    if not form.body.strip():
        return []
    outreach = current_outreach()
    with outreach.db.transaction() as session:
        brand = load_brand(session)
    if brand is None:
        return []
    # Not a revision's number: nothing of a trial is kept.
    text = EditionText(0, 0, locale, form.subject, form.preheader, form.body)
    lines = [block.line for block in written_blocks(form.body)]
    found = outreach.renderer_for(brand).problems(text, "text")
    return [{"block": _block(fault, lines), "words": _said(fault)} for fault in found]


def _block(fault: Fault, lines: list[int]) -> int | None:
    """Number of the block that a fault stands in, from 1; None where it is about the whole."""
    if fault.line is None or fault.line < 1:
        return None
    inside = [place for place, line in enumerate(lines, start=1) if line <= fault.line]
    return inside[-1] if inside else None


def _said(fault: Fault) -> str:
    value = f"“{fault.value[:60]}” " if fault.value else ""
    return f"{value}{fault.reason}. {fault.mend}"


def _hints(form: TextForm) -> list[str]:
    hints = []
    if len(form.subject) > SUBJECT_SHOWN:
        hints.append(
            gettext(
                "The subject has %(count)s characters; many inboxes show %(most)s.",
                count=len(form.subject),
                most=SUBJECT_SHOWN,
            )
        )
    if len(form.preheader) > PREHEADER_SHOWN:
        hints.append(
            gettext(
                "The preheader has %(count)s characters; inboxes show about %(most)s.",
                count=len(form.preheader),
                most=PREHEADER_SHOWN,
            )
        )
    if not asks(form.body):
        hints.append(gettext("It asks nothing. A question with answers of one click brings the reader back."))
    return hints


def _segments(form: TextForm, locale: str, manuscript: Manuscript) -> dict[str, Any] | None:
    """How many segments a text takes, and what they cost for everybody who reads this language."""
    if not form.words.strip():
        return None
    outreach = current_outreach()
    with outreach.db.transaction() as session:
        brand = load_brand(session)
    if brand is None:
        return None
    try:
        rendered = outreach.renderer_for(brand).sms(EditionText(0, 0, locale, "", "", form.words), SAMPLE)
    except BadInput:
        return None
    readers = sum(group.contacts for group in manuscript.readers_of(locale))
    words = ngettext(
        "%(count)s segment in %(encoding)s, %(signs)s characters with the way off the list.",
        "%(count)s segments in %(encoding)s, %(signs)s characters with the way off the list.",
        rendered.segments,
        count=rendered.segments,
        encoding=rendered.encoding.value,
        signs=len(rendered.body),
    )
    if manuscript.segment_price is not None:
        cost = manuscript.segment_price * rendered.segments * readers
        words += " " + ngettext(
            "About %(cost)s for %(count)s contact.",
            "About %(cost)s for %(count)s contacts.",
            readers,
            cost=format_currency(cost, manuscript.currency or "EUR"),
            count=readers,
        )
    return {"segments": rendered.segments, "words": words}
