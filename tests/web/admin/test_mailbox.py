"""The mailbox: what arrived, shown without anything counting as an open or a click."""

from email.message import EmailMessage

from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.db.queries.mailbox import NewMail, list_mail, store_mail
from outreach.web.admin.mail_reading import read_mail, with_dead_links
from tests.factories import NOW, a_contact, a_sent_touch

PIXEL = "http://localhost/o/token.gif"
CLICK = "http://localhost/c/token"
HTML = (
    f'<html><head><title>x</title></head><body><a href="{CLICK}">Book <b>now</b></a><img src="{PIXEL}"></body></html>'
)


def mail_bytes() -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "Cyn y rhew ❄"
    mail["From"] = "Carys <carys@hearth.example>"
    mail["To"] = "anna@example.com"
    mail["List-Unsubscribe"] = "<http://localhost/u/token>"
    mail.set_content("Helô Anna.")
    mail.add_alternative(HTML, subtype="html")
    return mail.as_bytes()


def stored(product: Outreach, **values: object) -> int:
    defaults: dict[str, object] = {
        "received_at": NOW,
        "channel": "email",
        "sender": "carys@hearth.example",
        "recipient": "anna@example.com",
        "subject": "Cyn y rhew",
        "touch_id": None,
        "language": "cy",
        "raw": mail_bytes(),
    }
    with product.db.transaction() as session:
        store_mail(session, [NewMail(**(defaults | values))])  # type: ignore[arg-type]
        return list_mail(session, limit=1)[0].id


def test_the_list_narrows_by_channel_and_language(staff: FlaskClient, product: Outreach) -> None:
    stored(product)
    stored(product, channel="sms", subject="", language="", recipient="+447700900123", raw=b"Frost tonight.")
    page = staff.get("/mailbox/?channel=email&language=cy").get_data(as_text=True)
    assert "anna@example.com" in page
    assert "+447700900123" not in page
    assert "anna@example.com" not in staff.get("/mailbox/?channel=sms").get_data(as_text=True)


def test_the_frame_may_run_no_script_and_fetch_no_pixel(staff: FlaskClient, product: Outreach) -> None:
    mail = stored(product)
    policy = staff.get(f"/mailbox/{mail}/preview").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; img-src data: http://localhost/static/;")
    assert policy.endswith("; sandbox")
    assert "script-src" not in policy
    page = staff.get(f"/mailbox/{mail}")
    assert 'sandbox=""' in page.get_data(as_text=True)
    policy = page.headers["Content-Security-Policy"]
    assert "frame-src http://localhost/mailbox/ http://localhost/preview-frames/;" in policy


def test_links_in_the_frame_lead_nowhere_and_stand_below_for_real(staff: FlaskClient, product: Outreach) -> None:
    mail = stored(product)
    assert '<head><base target="_blank">' in staff.get(f"/mailbox/{mail}/preview").get_data(as_text=True)
    assert f'<a href="{CLICK}" target="_blank"' in staff.get(f"/mailbox/{mail}").get_data(as_text=True)


def test_looking_at_a_message_leaves_no_event(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        touch = a_sent_touch(session, contact_id=a_contact(session), sent_at=NOW)
    mail = stored(product, touch_id=touch)
    for view in ("", "/preview", "?view=phone", "?view=raw"):
        assert staff.get(f"/mailbox/{mail}{view}").status_code == 200
    with product.db.raw_transaction() as connection:
        assert connection.execute("SELECT count(*) FROM raw_batches").fetchone() == (0,)


def test_text_headers_and_raw_are_there_to_see(staff: FlaskClient, product: Outreach) -> None:
    mail = stored(product)
    assert "Helô Anna." in staff.get(f"/mailbox/{mail}?view=text").get_data(as_text=True)
    assert "List-Unsubscribe" in staff.get(f"/mailbox/{mail}?view=headers").get_data(as_text=True)
    assert "multipart/alternative" in staff.get(f"/mailbox/{mail}?view=raw").get_data(as_text=True)


def test_a_text_message_stands_in_a_bubble_with_its_segments(staff: FlaskClient, product: Outreach) -> None:
    mail = stored(product, channel="sms", subject="", raw=b"Frost tonight: https://hearth.example/f")
    page = staff.get(f"/mailbox/{mail}").get_data(as_text=True)
    assert '<p class="bubble" dir="auto">Frost tonight:' in page
    assert "1 segment" in page
    assert 'href="https://hearth.example/f"' in page


def test_an_arabic_text_that_begins_with_a_latin_name_runs_from_right_to_left(
    staff: FlaskClient, product: Outreach
) -> None:
    with product.db.transaction() as session:
        touch = a_sent_touch(session, contact_id=a_contact(session), sent_at=NOW, channel="sms", locale="ar")
    mail = stored(product, channel="sms", subject="", touch_id=touch, raw="Hearth: صقيع شديد".encode())
    assert '<p class="bubble" dir="rtl">Hearth:' in staff.get(f"/mailbox/{mail}").get_data(as_text=True)


def test_reading_takes_a_mail_apart() -> None:
    read = read_mail(mail_bytes())
    assert read.subject == "Cyn y rhew ❄"
    assert read.text == "Helô Anna.\n"
    assert read.links == [("Book now", CLICK)]
    assert ("To", "anna@example.com") in read.headers


def test_a_mail_without_html_or_with_nonsense_still_reads() -> None:
    assert read_mail(b"Subject: x\r\n\r\nhello").html == ""
    assert read_mail(b"\xff\xfe\x00garbage").links == []


def test_links_die_even_without_a_head() -> None:
    assert with_dead_links("<p>x</p>") == '<base target="_blank"><p>x</p>'
