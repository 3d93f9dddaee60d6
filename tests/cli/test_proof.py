"""`outreach proof` as a person types it."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from outreach.cli import main
from outreach.cli import proof as command
from outreach.db.session import Database
from tests.factories import a_business, a_campaign, a_contact, a_content, an_edition

pytestmark = pytest.mark.usefixtures("stores")

BODY = "::: value\nHello {{ contact.first_name }}. See [Book](https://hearth.example/book)\n:::\n"


def typed(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def edition(db: Database) -> None:
    """The newsletter 2026-09 in English and Arabic with readers of English, Arabic and Welsh."""
    with db.transaction() as session:
        a_business(session)
        made = an_edition(session, campaign_id=a_campaign(session, key="newsletter"), key="2026-09")
        a_content(session, edition_id=made, subject="[bold] Before the frost", body=BODY)
        a_content(session, edition_id=made, locale="ar", subject="قبل الصقيع", body=BODY)
        a_contact(session, external_id="C1", first_name="Carys", language="cy")
        a_contact(session, external_id="C2", first_name="Anna")
        a_contact(session, external_id="C3", first_name="Amal", language="ar")


@pytest.mark.usefixtures("edition")
def test_every_language_is_written_for_a_reader_of_it(tmp_path: Path) -> None:
    told = typed("proof", "2026-09", "--to", tmp_path)
    assert told.exit_code == 0, told.output
    folder = tmp_path / "newsletter-2026-09"
    suffixes = ("desktop.html", "phone.html", "txt", "eml")
    assert {file.name for file in folder.iterdir()} == {
        f"{tag}.{suffix}" for tag in ("en", "ar") for suffix in suffixes
    }
    assert "Hello Anna." in (folder / "en.txt").read_text()
    assert "Hello Amal." in (folder / "ar.txt").read_text()
    assert 'href="https://hearth.example/book"' in (folder / "en.desktop.html").read_text()
    assert 'dir="rtl"' in (folder / "ar.desktop.html").read_text()
    assert 'src="ar.desktop.html"' in (folder / "ar.phone.html").read_text()
    mail = message_from_bytes((folder / "ar.eml").read_bytes(), policy=policy.default)
    assert mail["Subject"] == "قبل الصقيع"
    assert "Amal Evans (C3)" in told.output
    assert "[bold] Before the frost" in told.output
    assert str(folder / "en.eml") in told.output.replace("\n", "")


@pytest.mark.usefixtures("edition")
def test_one_language_as_one_contact(tmp_path: Path) -> None:
    told = typed("proof", "newsletter/2026-09", "--locale", "en", "--contact", "C3", "--to", tmp_path)
    assert told.exit_code == 0, told.output
    folder = tmp_path / "newsletter-2026-09"
    assert "Hello Amal." in (folder / "en.txt").read_text()
    assert not (folder / "ar.txt").exists()


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["2026-13"], "edition: '2026-13': there is no such edition."),
        (["2026-09", "--campaign", "tips"], "edition: 'tips/2026-09': there is no such edition."),
        (["2026-09", "--locale", "cy"], "locale: 'cy': has no text in this edition. Choose one of ar, en."),
        (["2026-09", "--contact", "C9"], "contact: 'C9': is not in the audience of this campaign."),
    ],
)
def test_what_is_not_there_is_one_clear_message(tmp_path: Path, words: list[str], complaint: str) -> None:
    told = typed("proof", *words, "--to", tmp_path)
    assert told.exit_code == 2
    assert told.output.startswith(complaint)
    assert told.output.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("edition")
def test_a_key_of_two_campaigns_asks_which(db: Database, tmp_path: Path) -> None:
    with db.transaction() as session:
        an_edition(session, campaign_id=a_campaign(session, key="tips"), key="2026-09")
    told = typed("proof", "2026-09", "--to", tmp_path)
    assert told.exit_code == 2
    assert "Say which: newsletter/2026-09, tips/2026-09." in told.output


@pytest.mark.usefixtures("edition")
def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    told = typed("proof", "2026-09", "--to", tmp_path / "taken" / "below")
    assert told.exit_code == 2
    assert "cannot be written" in told.output


@pytest.mark.usefixtures("edition")
def test_without_a_browser_it_says_how_and_keeps_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "CHROMIUMS", ("no-such-browser",))
    told = typed("proof", "2026-09", "--png", "--to", tmp_path)
    assert told.exit_code == 1
    assert "Pictures need Playwright and a Chromium" in told.output
    assert (tmp_path / "newsletter-2026-09" / "en.desktop.html").exists()


def test_a_text_message_is_one_file_with_its_segments(db: Database, tmp_path: Path) -> None:
    with db.transaction() as session:
        a_business(session)
        made = an_edition(session, campaign_id=a_campaign(session, key="frost", channel="sms"), key="1")
        a_content(session, edition_id=made, subject="", preheader="", body="Frost tonight, {{ contact.first_name }}.")
        a_contact(session)
    told = typed("proof", "frost/1", "--to", tmp_path)
    assert told.exit_code == 0, told.output
    assert (tmp_path / "frost-1" / "en.txt").read_text().startswith("Frost tonight, Anna.")
    assert "1 segment, GSM-7" in told.output
