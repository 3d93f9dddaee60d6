"""Filling a form in: one row and one mail, or neither, whatever the provider says."""

from pathlib import Path

import pytest
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import select

from outreach.db.models.sign_ups import SignUp
from outreach.db.queries.sign_up_forms import load_form
from outreach.db.session import Database
from outreach.domain.content import Brand
from outreach.domain.errors import NotReady
from outreach.domain.sign_up.filled import Filled
from outreach.domain.sign_up.form import SignUpForm
from outreach.providers.base import Outcome
from outreach.queueing.pace import Pace
from outreach.queueing.rq import JobQueue
from outreach.rendering.links import Tokens
from outreach.rendering.renderer import Renderer
from outreach.services.sign_up import EVERYBODY, SignedUp, Visitor, sign_up
from tests.factories import NOW, a_business, a_sign_up_form
from tests.web.test_personal_data_page import Wire

FORM = SignUpForm(1, "news", {"en": "News"}, {"en": "Please write to me."}, "restaurants", "Europe/London")


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def form(db: Database) -> SignUpForm:
    with db.transaction() as session:
        a_business(session)
        a_sign_up_form(session)
    with db.raw_transaction() as connection:
        found = load_form(connection, "news")
    assert found is not None
    return found


def asked(db: Database, pace: Pace, wire: Wire, form: SignUpForm, *, email: str, source: str = "10.0.0.1") -> SignedUp:
    root = Path(__file__).parent.parent.parent

    def renderer_for(brand: Brand) -> Renderer:
        tokens = Tokens([b"a key of a test"], "https://o.example")
        return Renderer(brand, tokens, locales_dir=root / "locales", templates_dir=root / "templates" / "messages")

    filled = Filled(email, "Anna", "", "en", (), "Please write to me.", "en")
    return sign_up(
        db=db,
        pace=pace,
        provider=wire,
        renderer_for=renderer_for,
        form=form,
        filled=filled,
        visitor=Visitor(source, "Browser/1.0"),
        token=f"token of {email} {len(wire.arrived)}",
        words=("Please confirm", "::: value\nhttps://o.example/s/confirm/x\n:::\n"),
        now=NOW,
    )


@pytest.mark.parametrize(
    ("outcome", "fate"),
    [
        (Outcome.SENT, SignedUp.MAILED),
        (Outcome.UNKNOWN, SignedUp.MAILED),
        (Outcome.FAILED, SignedUp.UNREACHABLE),
        (Outcome.RETRY, SignedUp.UNREACHABLE),
    ],
)
def test_what_the_provider_said_is_kept_and_the_mail_leaves_once(
    db: Database, queue: JobQueue, wire: Wire, form: SignUpForm, outcome: Outcome, fate: SignedUp
) -> None:
    wire.outcome = outcome
    assert asked(db, Pace(queue.redis), wire, form, email="anna@example.com") is fate
    with db.transaction() as session:
        row = session.scalars(select(SignUp)).one()
    assert (row.outcome, row.answer, row.confirmed_at) == (outcome.value, "250 ok", None)
    assert [one.touch_id for one in wire.arrived] == [row.id]


def test_what_the_whole_world_may_cause_is_limited_and_nothing_is_stored_beyond_it(
    db: Database, queue: JobQueue, wire: Wire, form: SignUpForm
) -> None:
    pace = Pace(queue.redis)
    assert asked(db, pace, wire, form, email="anna@example.com", source="10.0.0.1") is SignedUp.MAILED
    pace.push_back(EVERYBODY, hold=3600)
    assert asked(db, pace, wire, form, email="bert@example.com", source="192.0.2.1") is SignedUp.TOO_OFTEN
    with db.transaction() as session:
        assert session.scalars(select(SignUp.email)).all() == ["anna@example.com"]
    assert len(wire.arrived) == 1


def test_nobody_is_mailed_while_nobody_counts(db: Database, wire: Wire, form: SignUpForm) -> None:
    silent = Pace(Redis(unix_socket_path="/nowhere/there.sock", retry=Retry(NoBackoff(), 0)))
    with pytest.raises(RedisError):
        asked(db, silent, wire, form, email="anna@example.com")
    with db.transaction() as session:
        assert session.scalars(select(SignUp)).all() == []
    assert wire.arrived == []


def test_nobody_signs_up_before_there_is_a_business(db: Database, queue: JobQueue, wire: Wire) -> None:
    with pytest.raises(NotReady, match="before a pack was applied"):
        asked(db, Pace(queue.redis), wire, FORM, email="anna@example.com")
