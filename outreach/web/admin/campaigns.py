"""Campaigns: what each is for and what became of it so far, edition by edition."""

from flask import Blueprint, abort, render_template

from outreach.db.queries.calendars import load_industry_calendars
from outreach.db.queries.campaigns import load_campaign, load_campaigns, load_editions, load_locales
from outreach.db.queries.next_touches import load_next_touches
from outreach.web.admin.campaign_forms import campaign_forms
from outreach.web.current import current_outreach

blueprint = Blueprint("campaigns", __name__)

SHOWN = 10


@blueprint.get("/campaigns")
def show_all() -> str:
    """The list."""
    with current_outreach().db.raw_transaction() as connection:
        campaigns = load_campaigns(connection)
    return render_template("admin/campaigns.html", campaigns=campaigns)


@blueprint.get("/campaigns/<int:campaign_id>")
def show(campaign_id: int) -> str:
    """One campaign with its editions and what goes out next."""
    with current_outreach().db.raw_transaction() as connection:
        campaign = load_campaign(connection, campaign_id)
        if campaign is None:
            abort(404)
        editions = load_editions(connection, campaign_id)
        upcoming = load_next_touches(connection, limit=SHOWN, campaign_id=campaign_id)
        locales = load_locales(connection)
        forms = campaign_forms(connection, campaign_id)
        names = {industry.key: industry.names for industry in load_industry_calendars(connection)}
    return render_template(
        "admin/campaign.html",
        campaign=campaign,
        editions=editions,
        upcoming=upcoming,
        locales=locales,
        **forms,
        industry_names=[names.get(key, {"en": key}) for key in campaign.industries],
    )
