"""What somebody filled in: read once, every field with a fault named."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from outreach.domain.contact import read_contact
from outreach.domain.sign_up.form import SignUpField, SignUpForm


@dataclass(frozen=True, slots=True)
class Filled:
    """A form filled in without a fault.

    Attributes:
        email: domain in lower case. phone: E.164; "" if not given. language: one the form speaks.
        topics: keys of the campaigns that were ticked, in the form's order.
        wording: what was agreed to, in `language_seen`. language_seen: in which the form was read.
    """

    email: str
    first_name: str
    phone: str
    language: str
    topics: tuple[str, ...]
    wording: str
    language_seen: str


def read_filled(
    cells: Mapping[str, str], *, form: SignUpForm, topics: Collection[str], seen_in: str, today: date
) -> tuple[Filled | None, frozenset[SignUpField]]:
    """What was filled in, or None and the fields that cannot be used.

    A field that the form does not ask for is not looked at.

    Args:
        cells: by the names of `SignUpField`. topics: keys that were ticked; unknown ones do not count.
        seen_in: a locale that the form speaks, in which the wording was read.
        today: needed to read any contact.
    """
    given = {name: cells.get(name, "").strip(" ") for name in SignUpField if _is_asked(name, form)}
    language = given.get(SignUpField.LANGUAGE) or seen_in
    row = {
        "external_id": "sign-up",
        "email": given[SignUpField.EMAIL],
        "phone": given.get(SignUpField.PHONE, ""),
        "first_name": given.get(SignUpField.NAME, ""),
        "language": seen_in,
        "industry": form.industry,
        "time_zone": form.time_zone,
        "country": form.country,
    }
    contact, faults = read_contact(row, industries=[form.industry], locales=form.languages, today=today)
    wrong = {SignUpField(fault.column) for fault in faults if fault.column in set(SignUpField)}
    if not given[SignUpField.EMAIL]:
        wrong.add(SignUpField.EMAIL)
    if language not in form.languages:
        wrong.add(SignUpField.LANGUAGE)
    if wrong or contact is None:
        return None, frozenset(wrong)
    chosen = tuple(key for key in form.topics if key in topics)
    filled = Filled(contact.email, contact.first_name, contact.phone, language, chosen, form.wordings[seen_in], seen_in)
    return filled, frozenset()


def _is_asked(name: SignUpField, form: SignUpForm) -> bool:
    return name is SignUpField.EMAIL or name in form.asks
