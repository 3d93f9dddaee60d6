"""Recovery cases in the admin: opened by hand or for many at once, walked to their end, each step taken back."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.bootstrap import Outreach
from outreach.db.models.contacts import Contact
from outreach.db.models.feedback import EventRow
from outreach.db.models.recovery import CaseBatch, RecoveryCase
from outreach.db.models.signals import Signal
from outreach.services.create_staff import create_staff
from outreach.services.open_cases import open_cases
from outreach.services.watch_cases import watch_cases
from tests.factories import NOW, a_business, a_campaign, a_contact, a_content, a_sent_touch, an_edition

REMEDIES = [
    {"key": "call-me", "name": {"en": "Please ring me"}},
    {"key": "money-back", "name": {"en": "Money <back>"}},
]


@pytest.fixture
def client(product: Outreach, staff: FlaskClient) -> FlaskClient:
    """Somebody of staff of a business with two remedies and an apology."""
    with product.db.transaction() as session:
        a_business(session, remedies=REMEDIES)
        letter = a_campaign(session, touch_class="recovery", rule="invited", name="Apology")
        edition = an_edition(session, campaign_id=letter)
        a_content(session, edition_id=edition, body="::: value\n{{ occasion.what_happened }}\n:::\n")
    return staff


@pytest.fixture
def contact(product: Outreach) -> int:
    with product.db.transaction() as session:
        return a_contact(session, first_name="Ada", last_name="Rees")


def post(client: FlaskClient, path: str, **values: object) -> str:
    page = client.post(path, data=values, follow_redirects=True)
    assert page.status_code in (200, 422)
    return page.text


def the_case(product: Outreach) -> RecoveryCase:
    with product.db.transaction() as session:
        return session.scalars(select(RecoveryCase)).one()


def test_a_case_is_opened_on_the_customers_page_and_walked_to_its_end(
    client: FlaskClient, product: Outreach, contact: int
) -> None:
    page = post(client, f"/contacts/{contact}/cases", words="The valve <drips>.")
    assert "The case is open." in page
    assert "The valve &lt;drips&gt;." in page
    path = f"/cases/{the_case(product).id}"
    assert "nobody's" in page
    assert "The case is yours." in post(client, f"{path}/take")
    assert "Drips since Sunday." in post(client, f"{path}/listen", words="Drips since Sunday.")
    page = client.post(f"{path}/offer", data={"remedy": ["call-me", "money-back"]}, follow_redirects=True).text
    assert "Please ring me, Money &lt;back&gt;" in page
    assert "We come on Friday." in post(client, f"{path}/agree", words="We come on Friday.")
    page = post(client, f"{path}/close", words="A new valve.", ending="mended")
    assert "The case is closed." in page
    assert "<dt>Ended</dt><dd>Put right, " in page
    assert f'action="{path}/close"' not in page
    page = post(client, f"{path}/reopen")
    assert "The case is open again." in page
    assert the_case(product).state == "reopened"


@pytest.mark.parametrize(
    ("step", "values", "told"),
    [
        ("close", {"words": "Done.", "ending": ""}, "Say how it ended."),
        ("close", {"words": "", "ending": "mended"}, "Say in a sentence what was said or done."),
        ("offer", {}, "Choose at least one remedy."),
        ("cool-off", {"days": "many"}, "Write a number of days from 0 to 365."),
        ("apology", {"edition": 0, "signer": "Mair", "words": "x", "locale": "en"}, "no such edition is open"),
    ],
)
def test_what_a_step_lacks_is_said(
    client: FlaskClient, product: Outreach, contact: int, step: str, values: dict[str, object], told: str
) -> None:
    post(client, f"/contacts/{contact}/cases", words="It drips.")
    assert told in post(client, f"/cases/{the_case(product).id}/{step}", **values)


def test_steps_that_are_none_and_words_that_nobody_offers_are_refused(
    client: FlaskClient, product: Outreach, contact: int
) -> None:
    post(client, f"/contacts/{contact}/cases", words="It drips.")
    path = f"/cases/{the_case(product).id}"
    assert client.post(f"{path}/dance").status_code == 404
    assert client.post("/cases/4711/take").status_code == 404
    assert client.post(f"{path}/offer", data={"remedy": "a yacht"}).status_code == 400
    assert client.post(f"{path}/close", data={"ending": "mistake", "words": "x"}).status_code == 400
    assert client.get("/cases?view=hidden").status_code == 404
    assert client.post("/contacts/4711/cases", data={"words": "x"}).status_code == 404


def test_the_days_without_promotions_are_changed(client: FlaskClient, product: Outreach, contact: int) -> None:
    post(client, f"/contacts/{contact}/cases", words="It drips.")
    post(client, f"/cases/{the_case(product).id}/cool-off", days="30")
    assert the_case(product).cool_off_days == 30


def test_an_apology_is_asked_for_once_and_taken_back(client: FlaskClient, product: Outreach, contact: int) -> None:
    page = post(client, f"/contacts/{contact}/cases", words="It drips.")
    path = f"/cases/{the_case(product).id}/apology"
    edition = page.split('<select class="form-select" id="edition"')[1].split('value="')[1].split('"')[0]
    values = {"edition": edition, "signer": "Mair Evans", "locale": "en"}
    blamed = post(client, path, **values, words="Our driver forgot the valve.")
    assert "points at a colleague" in blamed
    assert "Our driver forgot the valve." in blamed
    assert "The apology goes out" in post(client, path, **values, words="We forgot the valve.")
    assert "is on its way or was sent already" in post(client, path, **values, words="We forgot the valve.")
    assert "The apology is taken back." in post(client, f"{path}/undo")
    assert "The apology goes out" in post(client, path, **values, words="We forgot the valve.")


def test_a_reply_becomes_a_case_at_one_click(client: FlaskClient, product: Outreach, contact: int) -> None:
    with product.db.transaction() as session:
        touch = a_sent_touch(session, contact_id=contact, sent_at=NOW - timedelta(days=1))
        values = {"contact_id": contact, "touch_id": touch, "key": "reply 1", "type": "replied", "actor": "human"}
        event = EventRow(**values, occurred_at=NOW, recorded_at=NOW, data={"text": "Never again!"})
        session.add(event)
        session.flush()
        number = event.id
    assert "This is a complaint: open a case" in client.get(f"/contacts/{contact}").text
    for _ in range(2):
        post(client, f"/contacts/{contact}/cases", reply=number, words="Never again!")
    assert (the_case(product).source, the_case(product).words) == ("reply", "Never again!")


def test_the_list_puts_the_next_deadline_first_and_today_counts(client: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        late, poor, rich = (a_contact(session, first_name=name) for name in ("Late", "Poor", "Rich"))
        session.add(Signal(contact_id=rich, kind="purchase", occurred_at=NOW - timedelta(days=9), currency=""))
    for one in (late, poor, rich):
        post(client, f"/contacts/{one}/cases", words="It drips.")
    with product.db.transaction() as session:
        case = session.scalars(select(RecoveryCase).where(RecoveryCase.contact_id == late)).one()
        case.answer_due_at = NOW - timedelta(days=1)
    page = client.get("/cases").text
    assert page.index("Late Evans") < page.index("Rich Evans") < page.index("Poor Evans")
    assert "Rich Evans" not in client.get("/cases?view=late").text
    assert "Late Evans" not in client.get("/cases?view=mine").text
    today = client.get("/").text
    assert '<a href="/cases?view=late">1</a>' in today
    watch_cases(db=product.db, now=NOW)
    assert "the boss was told" in client.get("/cases").text


def test_a_batch_is_looked_at_confirmed_and_taken_back(client: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        pasted, filed, other = (a_contact(session, external_id=name) for name in ("P-1", "F-1", "O-1"))
    table = (io.BytesIO(b"name;external_id\nAda;F-1\nBo;P-1\n"), "late.csv")
    values = {"title": "Delivery of 3 March", "words": "It came a week late.", "numbers": "P-1\nX-9"}
    page = post(client, "/cases/batches", **values, file=table)
    assert "Nobody has these numbers: X-9" in page
    assert "It is about 2 customers." in page
    open_cases(db=product.db, now=NOW)
    with product.db.transaction() as session:
        assert session.scalars(select(RecoveryCase)).all() == []
        batch = session.scalars(select(CaseBatch)).one().id
    assert "The cases are being opened." in post(client, f"/cases/batches/{batch}/confirm")
    assert "That was done already." in post(client, f"/cases/batches/{batch}/confirm")
    for _ in range(2):
        open_cases(db=product.db, now=NOW)
    with product.db.transaction() as session:
        cases = session.scalars(select(RecoveryCase).order_by(RecoveryCase.contact_id)).all()
        assert [case.contact_id for case in cases] == sorted([pasted, filed])
        mine = next(case.id for case in cases if case.contact_id == pasted)
    post(client, f"/cases/{mine}/take")
    again = post(client, "/cases/batches", **values)
    assert "is the title of a batch that was opened already" in again
    page = post(client, f"/cases/batches/{batch}/undo")
    assert "Cases that nobody had touched are closed: 1." in page
    with product.db.transaction() as session:
        ended = {case.contact_id: (case.ending, case.cool_off_days) for case in session.scalars(select(RecoveryCase))}
    assert ended == {pasted: ("", 14), filed: ("mistake", 0)}
    assert other not in ended


def test_a_batch_by_signals_is_about_whoever_has_one(client: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        a_signal = {"kind": "purchase", "currency": ""}
        for number, (day, reference) in enumerate([(1, "delivery-7"), (1, "shop-8"), (9, "delivery-9")]):
            contact = a_contact(session, external_id=f"S-{number}")
            at = NOW - timedelta(days=day)
            session.add(Signal(contact_id=contact, occurred_at=at, reference=reference, **a_signal))
    values = {"title": "Late", "words": "Late.", "kind": "purchase", "from": "2026-09-05", "to": "2026-09-08"}
    assert "It is about 2 customers." in post(client, "/cases/batches", **values)
    assert "It is about 1 customer." in post(client, "/cases/batches", **values, reference="Delivery")
    assert "ends before it begins" in post(client, "/cases/batches", **{**values, "from": "2026-09-09"})
    assert "Choose a day." in post(client, "/cases/batches", **{**values, "to": ""})
    assert "names nobody" in post(client, "/cases/batches", title="x", words="y")
    assert "is about nobody we know" in post(client, "/cases/batches", title="x", words="y", numbers="Z-1")


def test_one_apology_goes_to_all_of_a_batch_in_each_language(client: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        a_contact(session, external_id="E-1")
        a_contact(session, external_id="D-1", language="de")
        a_contact(session, external_id="N-1", may_email=False)
    page = post(client, "/cases/batches", title="Late", words="Late.", numbers="E-1,D-1,N-1")
    with product.db.transaction() as session:
        batch = session.scalars(select(CaseBatch)).one().id
    post(client, f"/cases/batches/{batch}/confirm")
    open_cases(db=product.db, now=NOW)
    page = client.get(f"/cases/batches/{batch}").text
    assert "What happened, in German" in page
    edition = page.split('<select class="form-select" id="edition"')[1].split('value="')[1].split('"')[0]
    values = {"edition": edition, "signer": "Mair Evans", "words-en": "We came a week late."}
    assert "apology in de" in post(client, f"/cases/batches/{batch}/apology", **values)
    page = post(client, f"/cases/batches/{batch}/apology", **values, **{"words-de": "Wir kamen eine Woche zu spät."})
    assert "Customers who get the apology: 2. Who had one already: 0. Who cannot be reached in writing: 1." in page
    with product.db.transaction() as session:
        english = session.scalars(select(Contact.id).where(Contact.external_id == "E-1")).one()
    post(client, f"/contacts/{english}/cases", words="That is not enough.")
    assert "is empty" in post(client, f"/cases/batches/{batch}/close", ending="nothing_heard", words=" ")
    page = post(client, f"/cases/batches/{batch}/close", ending="nothing_heard", words="We wrote to all.")
    assert "Cases closed: 2. Those whose customers said something stay open." in page


def test_only_approvers_open_cases_for_many(
    product: Outreach, stranger: FlaskClient, sign_in: Callable[..., None]
) -> None:
    viewer = {"email": "nia@hearth.example", "password": "another walk by the sea"}
    create_staff(db=product.db, name="Nia", roles=["viewer"], now=NOW, **viewer)
    sign_in(stranger, **viewer)
    assert stranger.post("/cases/batches", data={"title": "x"}).status_code == 403
    assert 'name="numbers"' not in stranger.get("/cases/batches").text
