"""Applying packs: the database says what the pack says, and history stays."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select, text

from outreach.db.models.content import Business, Campaign, Edition, EditionContent, Industry, Link
from outreach.db.models.ledger import Touch
from outreach.db.models.rhythm import Rhythm
from outreach.db.queries.journeys import load_journey, load_versions, store_definition
from outreach.db.queries.sign_up_forms import load_forms
from outreach.db.session import Database
from outreach.domain.errors import BadInput
from outreach.services.apply_pack import PackDiff, apply_pack
from tests.factories import NOW, a_contact, a_touch, an_edition
from tests.small_pack import edit, write_small_pack

ANNIVERSARY = """\
    rule: anniversary
    every_months: 12
    window_days: 30
    task: video
    task_for: all
    task_questions: [{en: "Is it warm?", de: "Ist es warm?"}]
"""
TABLES = (Business, Industry, Campaign, Edition, EditionContent, Link)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack without a fault."""
    return write_small_pack(tmp_path / "small")


@pytest.fixture
def applied(db: Database, folder: Path) -> Callable[..., PackDiff]:
    """Applies the pack as it stands."""

    def run(now: datetime = NOW) -> PackDiff:
        return apply_pack(db=db, folder=folder, now=now)

    return run


def everything(db: Database) -> list[Any]:
    with db.transaction() as session:
        return [session.execute(select(*table.__table__.columns).order_by(text("1"))).all() for table in TABLES]


def named(diff: PackDiff) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(change.what, change.kind, change.key, change.fields) for change in diff.differing]


JOURNEY = """\
journeys:
  - key: news
    name: News
    purpose: Something to read.
    entry: {on: purchase}
    steps: [{label: frost, send: frost/first}, {end: true}]
"""


def test_a_journey_comes_changes_and_is_switched_off_with_its_pack(
    db: Database, folder: Path, applied: Callable[..., PackDiff]
) -> None:
    path = folder / "pack.yaml"
    edit(path, "priority: 80\n    rule: issue", "priority: 80\n    rule: invited")
    without = path.read_text(encoding="utf-8")
    path.write_text(without + JOURNEY, encoding="utf-8")
    assert dict(applied().counts()["journey"]) == {"added": 1}
    assert dict(applied().counts()["journey"]) == {"unchanged": 1}
    edit(path, "purpose: Something to read.", "purpose: Something good to read.")
    assert named(applied()) == [("changed", "journey", "news", ("definition",))]
    path.write_text(without, encoding="utf-8")
    assert named(applied()) == [("stopped", "journey", "news", ("active",))]
    with db.raw_transaction() as connection:
        journey = load_journey(connection, "news")
        assert journey
        versions = [(one.version, one.source) for one in load_versions(connection, journey.id)]
    assert versions == [(2, "pack small"), (1, "pack small")]


def test_a_journey_that_staff_changed_is_kept(db: Database, folder: Path, applied: Callable[..., PackDiff]) -> None:
    path = folder / "pack.yaml"
    edit(path, "priority: 80\n    rule: issue", "priority: 80\n    rule: invited")
    path.write_text(path.read_text(encoding="utf-8") + JOURNEY, encoding="utf-8")
    applied()
    with db.raw_transaction() as connection:
        journey = load_journey(connection, "news")
        assert journey
        changed = journey.definition | {"purpose": "Ours."}
        store_definition(connection, journey.id, changed, by="mair@hearth.example", now=NOW)
    assert [(change.kind, change.key) for change in applied().kept] == [("journey", "news")]


def test_a_sign_up_form_comes_changes_and_is_closed_with_its_pack(
    db: Database, folder: Path, applied: Callable[..., PackDiff]
) -> None:
    path = folder / "pack.yaml"
    without = path.read_text(encoding="utf-8")
    form = (
        "sign_up_forms:\n  - {key: news, industry: shops, time_zone: UTC, title: {en: News}, wording: {en: Write.}}\n"
    )
    path.write_text(without + form, encoding="utf-8")
    assert dict(applied().counts()["sign-up form"]) == {"added": 1}
    assert dict(applied().counts()["sign-up form"]) == {"unchanged": 1}
    path.write_text(without + form.replace("Write.", "Write to me."), encoding="utf-8")
    assert named(applied()) == [("changed", "sign-up form", "news", ("wordings",))]
    with db.raw_transaction() as connection:
        (found,) = load_forms(connection)
    assert (found.titles, found.wordings, found.industry) == ({"en": "News"}, {"en": "Write to me."}, "shops")
    path.write_text(without, encoding="utf-8")
    assert named(applied()) == [("stopped", "sign-up form", "news", ("active",))]
    with db.raw_transaction() as connection:
        assert load_forms(connection) == []


def test_a_pack_fills_an_empty_database(db: Database, applied: Callable[..., PackDiff]) -> None:
    diff = applied()
    assert {kind: dict(what) for kind, what in diff.counts().items()} == {
        "business": {"added": 1},
        "industry": {"added": 1},
        "campaign": {"added": 2},
        "edition": {"added": 2},
        "text": {"added": 4},
    }
    with db.transaction() as session:
        shops = session.scalars(select(Industry)).one()
        newsletter = session.scalars(select(Campaign).where(Campaign.key == "newsletter")).one()
        edition = session.scalars(select(Edition).where(Edition.campaign_id == newsletter.id)).one()
        urls = set(session.scalars(select(Link.url).where(Link.edition_id == edition.id)))
        business = session.scalars(select(Business)).one()
    assert (business.name, business.locales, business.default_locale) == ("Hearth", ["en", "de"], "en")
    assert (shops.names, shops.target_gap, shops.calendar_version) == ({"en": "Shops", "de": "Läden"}, 14.0, 1)
    assert (newsletter.touch_class, newsletter.industries, newsletter.active) == ("relationship", ["shops"], True)
    assert (edition.position, edition.opens_on, edition.closes_on) == (1, date(2026, 9, 1), date(2026, 9, 30))
    # One link per address, over all locales.
    assert urls == {f"https://hearth.example/{page}" for page in ("book", "ask", "fragen")}


def test_applying_it_again_changes_nothing(db: Database, applied: Callable[..., PackDiff]) -> None:
    applied()
    before = everything(db)
    diff = applied(NOW + timedelta(days=1))
    assert diff.differing == ()
    assert set(diff.counts()["text"]) == {"unchanged"}
    assert everything(db) == before


def test_a_changed_text_gets_a_new_version_and_the_others_keep_theirs(
    db: Database, folder: Path, applied: Callable[..., PackDiff]
) -> None:
    applied()
    edit(folder / "editions/newsletter/2026-09.en.md", "Before the frost", "Before the first frost")
    assert named(applied()) == [("changed", "text", "newsletter/2026-09.en", ("subject",))]
    with db.transaction() as session:
        versions = session.execute(select(EditionContent.locale, EditionContent.subject, EditionContent.version)).all()
    assert ("en", "Before the first frost", 2) in versions
    assert ("de", "Vor dem Frost", 1) in versions


def test_a_changed_calendar_or_band_gets_a_new_version(
    db: Database, folder: Path, applied: Callable[..., PackDiff]
) -> None:
    applied()
    edit(folder / "pack.yaml", 'to: "01-16"', 'to: "01-20"')
    assert named(applied()) == [("changed", "industry", "shops", ("calendar",))]
    edit(folder / "pack.yaml", "max_gap: 35", "max_gap: 40")
    assert named(applied()) == [("changed", "industry", "shops", ("max_gap",))]
    with db.transaction() as session:
        assert session.scalars(select(Industry.calendar_version)).one() == 3


def test_an_address_that_is_no_longer_written_stays_for_the_mails_that_are_out(
    db: Database, folder: Path, applied: Callable[..., PackDiff]
) -> None:
    applied()
    edit(folder / "editions/newsletter/2026-09.en.md", "https://hearth.example/ask", "https://hearth.example/tell")
    applied()
    with db.transaction() as session:
        urls = set(session.scalars(select(Link.url)))
    assert {"https://hearth.example/ask", "https://hearth.example/tell"} <= urls


def test_the_task_of_an_anniversary_comes_and_goes_with_the_pack(
    db: Database, folder: Path, applied: Callable[..., PackDiff]
) -> None:
    path = folder / "pack.yaml"
    without = path.read_text(encoding="utf-8")
    edit(
        path,
        "    channel: sms\n    priority: 80\n    rule: issue\n",
        "    channel: sms\n    priority: 80\n" + ANNIVERSARY,
    )
    applied()
    with db.transaction() as session:
        campaign = session.scalars(select(Campaign).where(Campaign.key == "frost")).one()
    assert (campaign.task, campaign.task_for) == ("video", "all")
    assert campaign.task_questions == [{"en": "Is it warm?", "de": "Ist es warm?"}]
    path.write_text(without, encoding="utf-8")
    applied()
    with db.transaction() as session:
        campaign = session.scalars(select(Campaign).where(Campaign.key == "frost")).one()
    assert (campaign.task, campaign.task_for, campaign.task_questions) == ("", "valued", [])


def test_a_campaign_no_longer_declared_is_stopped_and_what_is_planned_of_it_taken_back(
    db: Database, folder: Path, applied: Callable[..., PackDiff]
) -> None:
    applied()
    with db.transaction() as session:
        campaign = session.scalars(select(Campaign).where(Campaign.key == "frost")).one()
        edition_id = session.scalars(select(Edition.id).where(Edition.campaign_id == campaign.id)).one()
        planned = a_touch(session, contact_id=a_contact(session), edition_id=edition_id, channel="sms")
        sending = a_touch(session, contact_id=a_contact(session), edition_id=edition_id, channel="sms", state="sending")
        session.get_one(Rhythm, session.get_one(Touch, planned).contact_id).look_at = NOW + timedelta(days=9)
    yaml = folder / "pack.yaml"
    whole = yaml.read_text(encoding="utf-8")
    yaml.write_text(whole[: whole.index("  - key: frost")], encoding="utf-8")
    assert named(applied()) == [("stopped", "campaign", "frost", ("active",))]
    with db.transaction() as session:
        assert not session.get_one(Campaign, campaign.id).active
        touch = session.get_one(Touch, planned)
        assert (touch.state, touch.outcome) == ("skipped", "no longer in the pack")
        assert session.get_one(Touch, sending).state == "sending"
        assert session.get_one(Rhythm, touch.contact_id).look_at == NOW
    assert applied().differing == ()
    yaml.write_text(whole, encoding="utf-8")
    assert named(applied()) == [("changed", "campaign", "frost", ("active",))]


def test_an_edition_no_longer_declared_is_closed_and_comes_back_with_the_pack(
    db: Database, folder: Path, applied: Callable[..., PackDiff]
) -> None:
    applied()
    edit(folder / "pack.yaml", "{key: first, from", "{key: second, content: first, from")
    assert named(applied()) == [
        ("added", "edition", "frost/second", ()),
        ("added", "text", "frost/second.en", ()),
        ("added", "text", "frost/second.de", ()),
        ("stopped", "edition", "frost/first", ("closes_on",)),
    ]
    with db.transaction() as session:
        assert session.scalars(select(Edition.closes_on).where(Edition.key == "first")).one() < NOW.date()
    assert applied().differing == ()
    edit(folder / "pack.yaml", "{key: second, content: first, from", "{key: first, from")
    assert ("changed", "edition", "frost/first", ("closes_on",)) in named(applied())


def test_an_industry_no_longer_declared_stays(db: Database, folder: Path, applied: Callable[..., PackDiff]) -> None:
    applied()
    edit(folder / "pack.yaml", "- key: shops", "- key: stores")
    edit(folder / "pack.yaml", "industries: [shops]", "industries: [stores]")
    applied()
    with db.transaction() as session:
        assert set(session.scalars(select(Industry.key))) == {"shops", "stores"}


def test_a_pack_with_a_fault_changes_nothing(db: Database, folder: Path, applied: Callable[..., PackDiff]) -> None:
    applied()
    before = everything(db)
    edit(folder / "pack.yaml", "name: Hearth\n", "name: Other\n")
    edit(folder / "editions/frost/first.de.md", "Heute", "{{ weather }}")
    with pytest.raises(BadInput, match=r"editions/frost/first\.de\.md, line 3, column 1: '{{ weather }}'"):
        applied()
    assert everything(db) == before


def test_two_at_once_apply_it_once(db: Database, applied: Callable[..., PackDiff]) -> None:
    start, diffs = Barrier(2), []

    def run() -> None:
        start.wait()
        diffs.append(applied())

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(len(diff.differing) for diff in diffs) == [0, 10]
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(EditionContent)) == 4


def test_what_staff_have_edited_is_kept_and_said_so(
    db: Database, folder: Path, applied: Callable[..., PackDiff]
) -> None:
    applied()
    with db.transaction() as session:
        edition = session.scalars(select(Edition).where(Edition.key == "2026-09")).one()
        edition.opens_on, edition.edited_at = date(2026, 9, 3), NOW
        words = session.scalars(select(EditionContent).filter_by(edition_id=edition.id, locale="en")).one()
        words.subject, words.edited_at = "Our own words", NOW
    edit(folder / "editions/newsletter/2026-09.de.md", "Vor dem Frost", "Vor dem ersten Frost")
    before = everything(db)
    diff = applied()
    assert [(change.kind, change.key, change.fields) for change in diff.kept] == [
        ("edition", "newsletter/2026-09", ("opens_on",)),
        ("text", "newsletter/2026-09.en", ("subject",)),
    ]
    # The German text was nobody's but the pack's.
    assert named(diff) == [("changed", "text", "newsletter/2026-09.de", ("subject",))]
    with db.transaction() as session:
        assert session.get_one(Edition, edition.id).opens_on == date(2026, 9, 3)
        assert session.get_one(EditionContent, words.id).subject == "Our own words"
    assert everything(db)[:4] == before[:4]


def test_what_staff_have_edited_and_the_pack_says_as_well_is_unchanged(
    db: Database, applied: Callable[..., PackDiff]
) -> None:
    applied()
    with db.transaction() as session:
        session.scalars(select(Edition).where(Edition.key == "2026-09")).one().edited_at = NOW
    assert applied().kept == ()


def test_an_edition_that_staff_made_is_never_stopped(db: Database, applied: Callable[..., PackDiff]) -> None:
    applied()
    with db.transaction() as session:
        campaign = session.scalars(select(Campaign.id).where(Campaign.key == "newsletter")).one()
        ours = an_edition(session, campaign_id=campaign, source="staff", closes_on=date(2027, 1, 31))
    assert applied().differing == ()
    with db.transaction() as session:
        assert session.get_one(Edition, ours).closes_on == date(2027, 1, 31)


def test_a_lengthened_evergreen_series_is_not_shortened_again(
    db: Database, folder: Path, applied: Callable[..., PackDiff]
) -> None:
    edit(folder / "pack.yaml", "rule: issue\n    industries", "rule: series\n    evergreen: true\n    industries")
    applied()
    with db.transaction() as session:
        session.scalars(select(Edition).where(Edition.key == "2026-09")).one().closes_on = date(2030, 1, 1)
    assert applied().differing == ()


def test_settings_that_the_pack_does_not_name_stay_as_staff_set_them(
    db: Database, folder: Path, applied: Callable[..., PackDiff]
) -> None:
    applied()
    with db.transaction() as session:
        business = session.scalars(select(Business)).one()
        business.about_us_limit, business.segment_price, business.currency = 0.5, 0.07, "EUR"
        session.scalars(select(Campaign).where(Campaign.key == "newsletter")).one().recurrence = "FREQ=WEEKLY;BYDAY=MO"
    assert applied().differing == ()
    own = "about_us_limit: 0.2\n  four_eyes_above: 500\n  segment_price: {amount: 0.04, currency: GBP}\n  phone:"
    edit(folder / "pack.yaml", "phone:", own)
    edit(
        folder / "pack.yaml",
        "rule: issue\n    industries",
        'rule: issue\n    recurrence: "rrule:freq=monthly;byday=1tu"\n    industries',
    )
    assert named(applied()) == [
        ("changed", "business", "small", ("about_us_limit", "four_eyes_above", "segment_price", "currency")),
        ("changed", "campaign", "newsletter", ("recurrence",)),
    ]
    with db.transaction() as session:
        business = session.scalars(select(Business)).one()
        assert (business.segment_price, business.currency, business.four_eyes_above) == (0.04, "GBP", 500)
        campaign = session.scalars(select(Campaign).where(Campaign.key == "newsletter")).one()
        assert campaign.recurrence == "FREQ=MONTHLY;BYDAY=1TU"
