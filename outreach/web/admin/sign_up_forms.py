"""Sign-up forms: where each is, how many came by it, and the HTML that puts it on a page of one's own."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from outreach.db.queries.content import load_brand
from outreach.db.queries.sign_up_forms import count_confirmed, load_forms, load_topic_names
from outreach.db.session import driver_connection
from outreach.domain.sign_up.form import SignUpForm
from outreach.web.current import current_outreach
from outreach.web.public.language import spoken
from outreach.web.public.sign_up import HONEYPOT, topic_name

blueprint = Blueprint("sign_up_forms", __name__)


@dataclass(frozen=True, slots=True)
class FormView:
    """A form with its address, how many confirmed, and its HTML by locale."""

    form: SignUpForm
    address: str
    confirmed: int
    snippets: dict[str, str]


@blueprint.get("/sign-up-forms")
def show() -> str:
    """All forms that are in use."""
    with current_outreach().db.transaction() as session:
        connection = driver_connection(session)
        brand = load_brand(session)
        counts = count_confirmed(connection)
        found = [(form, load_topic_names(connection, form)) for form in load_forms(connection)]
    base = current_outreach().tokens.base_url
    views = [
        FormView(
            form,
            f"{base}/s/{form.key}",
            counts.get(form.key, 0),
            {tag: _snippet(form, f"{base}/s/{form.key}", tag, topics=topics) for tag in form.languages},
        )
        for form, topics in found
    ]
    return render_template("admin/sign_up_forms.html", views=views, named=brand.default_locale if brand else "")


def _snippet(form: SignUpForm, address: str, tag: str, *, topics: dict[str, dict[str, str]]) -> str:
    """Plain HTML without scripts or styles, to be pasted into any page."""
    return render_template(
        "public/sign_up_snippet.html",
        **spoken(tag),
        form=form,
        address=address,
        topics=[(key, topic_name(names, tag, form)) for key, names in topics.items()],
        honeypot=HONEYPOT,
    ).strip()
