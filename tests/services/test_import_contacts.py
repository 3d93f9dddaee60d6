"""Importing contacts: what lands, what is refused, and what an import can never do."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select, text

from outreach.db.models.contacts import ConsentRecord, Contact, Suppression
from outreach.db.models.imports import Import, ImportFault
from outreach.db.models.ledger import Touch
from outreach.db.models.rhythm import Rhythm
from outreach.db.session import Database
from outreach.demo.population import HABITS, write_contacts
from outreach.domain.errors import BadInput
from outreach.services.erase_contact import erase_contact
from outreach.services.import_contacts import ImportReport, import_contacts
from outreach.services.unsubscribe import unsubscribe
from tests.factories import NOW, a_business, a_contact, a_sent_touch, a_touch, an_industry

HEADER = "external_id,email,phone,first_name,industry,language,time_zone,country,consent_email,consent_sms,consent_at"
BEN = "C2,ben@example.com,,Ben,shops,en,Europe/London,GB,yes,no,2026-01-05"
ANNA = "C1,anna@example.com,+447700900123,Anna,shops,en,Europe/London,GB,yes,yes,2026-01-05"

SECRET = b"a secret of these tests"

Importer = Callable[..., ImportReport]


@pytest.fixture
def imported(db: Database, tmp_path: Path) -> Importer:
    """Imports rows as contacts.csv, into a database that knows the industry shops and our languages."""
    with db.transaction() as session:
        a_business(session)
        an_industry(session, "shops")

    def run(*rows: str, header: str = HEADER, name: str = "contacts.csv") -> ImportReport:
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return import_contacts(db=db, path=path, now=NOW, secret=SECRET)

    return run


def contact(db: Database, external_id: str = "C1") -> Contact:
    with db.transaction() as session:
        return session.scalars(select(Contact).where(Contact.external_id == external_id)).one()


def words(db: Database, external_id: str = "C1") -> list[tuple[str, bool, str]]:
    with db.transaction() as session:
        query = select(ConsentRecord).join(Contact, Contact.id == ConsentRecord.contact_id)
        rows = session.scalars(query.where(Contact.external_id == external_id).order_by(ConsentRecord.id))
        return [(row.channel, row.granted, row.source) for row in rows]


def everything(db: Database) -> list[Any]:
    """All that imports of contacts write, but for the reports."""
    with db.transaction() as session:
        tables = (Contact, ConsentRecord, Suppression, Rhythm)
        return [session.execute(select(*table.__table__.columns).order_by(text("1"))).all() for table in tables]


def counts(report: ImportReport) -> tuple[int, int, int]:
    return report.landed.new, report.landed.changed, report.landed.same


def test_a_new_contact_lands_with_consents_and_a_rhythm(db: Database, imported: Importer) -> None:
    report = imported(ANNA)
    assert (counts(report), report.opted_in, report.opted_out, report.refused) == ((1, 0, 0), 2, 0, ())
    anna = contact(db)
    assert (anna.email, anna.may_email, anna.may_sms) == ("anna@example.com", True, True)
    assert [(channel, granted) for channel, granted, _ in words(db)] == [("email", True), ("sms", True)]
    assert {source for _, _, source in words(db)} == {"import contacts.csv"}
    with db.transaction() as session:
        rhythm = session.get_one(Rhythm, anna.id)
        given = session.scalars(select(ConsentRecord.given_at)).first()
    assert (rhythm.gap, rhythm.started_at, rhythm.waiting_code) == (14.0, NOW, "")
    assert given == datetime.fromisoformat("2026-01-05T12:00:00+00:00")


def test_first_touches_of_new_contacts_are_spread_person_by_person_over_ten_days(
    db: Database, imported: Importer
) -> None:
    imported(*(f"P{number},,,,shops,en,Europe/London,GB,,," for number in range(500)))
    with db.transaction() as session:
        rhythms = session.scalars(select(Rhythm)).all()
    days = [(rhythm.next_due_at - NOW) / timedelta(days=1) for rhythm in rhythms]
    assert all(0 <= day < 10 for day in days)
    assert all(rhythm.look_at == rhythm.next_due_at for rhythm in rhythms)
    per_day = [sum(int(day) == wanted for day in days) for wanted in range(10)]
    assert min(per_day) >= 25
    assert max(per_day) <= 80


def test_the_same_file_twice_changes_nothing_the_second_time(db: Database, imported: Importer) -> None:
    rows = [ANNA, "C2,ben@example.com,,Ben,shops,de,Europe/Berlin,DE,no,,", "C3,bad at,,,shops,en,Europe/London,,,,"]
    imported(*rows)
    before = everything(db)
    report = imported(*rows)
    assert (counts(report), report.opted_in, report.opted_out) == ((0, 0, 2), 0, 0)
    assert everything(db) == before


def test_a_changed_row_changes_its_contact_and_nothing_else(db: Database, imported: Importer) -> None:
    imported(ANNA, ANNA.replace("C1,anna", "C2,ben").replace("900123", "900124"))
    other = contact(db, "C2").updated_at
    report = imported(ANNA.replace("Anna,", "Anne,"), ANNA.replace("C1,anna", "C2,ben").replace("900123", "900124"))
    assert counts(report) == (0, 1, 1)
    assert contact(db).first_name == "Anne"
    assert contact(db, "C2").updated_at == other


def test_what_the_file_has_no_column_for_stays_as_we_know_it(db: Database, imported: Importer) -> None:
    imported(ANNA + ",yes,gas", header=HEADER + ",fireplace,heating")
    imported("C1,shops,cy,Europe/London,oil", header="external_id,industry,language,time_zone,heating")
    anna = contact(db)
    assert (anna.email, anna.phone, anna.first_name, anna.country) == (
        *("anna@example.com", "+447700900123"),
        *("Anna", "GB"),
    )
    assert anna.language == "cy"
    assert anna.attributes == {"fireplace": "yes", "heating": "oil"}
    assert anna.may_email


def test_a_region_lands_with_its_country_and_stays_where_a_later_file_has_no_column_for_it(
    db: Database, imported: Importer
) -> None:
    imported(ANNA + ",WLS", header=HEADER + ",region")
    assert (contact(db).country, contact(db).region) == ("GB", "GB-WLS")
    assert imported(ANNA).landed.same == 1
    assert contact(db).region == "GB-WLS"
    imported(ANNA + ",", header=HEADER + ",region")
    assert contact(db).region == ""


def test_a_region_never_contradicts_the_country(db: Database, imported: Importer) -> None:
    imported(ANNA + ",WLS", header=HEADER + ",region")
    imported(ANNA.replace(",GB,", ",DE,"))
    assert (contact(db).country, contact(db).region) == ("DE", "")
    imported("C1,shops,en,Europe/Vienna,AT-9", header="external_id,industry,language,time_zone,region")
    assert (contact(db).country, contact(db).region) == ("AT", "AT-9")
    imported("C1,shops,en,Europe/Vienna,", header="external_id,industry,language,time_zone,region")
    assert (contact(db).country, contact(db).region) == ("AT", "")


def test_bad_rows_are_kept_with_their_cells_and_good_ones_land(db: Database, imported: Importer) -> None:
    report = imported(ANNA, "C2,nobody,,Bo,space stations,en,Europe/London,GB,,,", "C3,,,Cy,shops,en,Europe/London")
    assert (report.rows_read, counts(report)) == (3, (1, 0, 0))
    assert [str(fault) for fault in report.faults] == [
        "contacts.csv, line 3, email: 'nobody': is no e-mail address (An email address must have an @-sign). "
        "Write it like name@example.org.",
        "contacts.csv, line 3, industry: 'space stations': is not known. Use one of shops.",
        "contacts.csv, line 4: '4 fewer': the row has fewer cells than the header. "
        "Give it a cell for every column, and put quotes around separators inside a cell.",
    ]
    with db.transaction() as session:
        kept = session.scalars(select(ImportFault).order_by(ImportFault.id)).all()
        brought = session.scalars(select(Import)).one()
    assert (brought.kind, brought.rows_read, brought.rows_landed, brought.rows_refused) == ("contacts", 3, 1, 2)
    assert [(fault.row, fault.column) for fault in kept] == [(3, "email"), (3, "industry"), (4, "")]
    assert kept[0].cells["first_name"] == "Bo"


def test_a_cell_may_hold_what_json_must_escape(db: Database, imported: Importer) -> None:
    report = imported('C1,bad,,"Back\\u0000slash ""quoted""",shops,en,Europe/London,GB,,,')
    assert len(report.refused) == 1
    with db.transaction() as session:
        (cells,) = session.scalars(select(ImportFault.cells))
    assert cells["first_name"] == 'Back\\u0000slash "quoted"'


def test_an_id_that_stands_twice_lands_once(db: Database, imported: Importer) -> None:
    report = imported(ANNA, ANNA.replace("Anna", "Other"))
    assert contact(db).first_name == "Anna"
    assert report.faults[0].reason == "stands in row 2 already"


def test_an_opt_out_lands_although_the_rest_of_its_row_is_bad(db: Database, imported: Importer) -> None:
    imported(ANNA)
    report = imported("C1,not an address,,,space stations,en,Nowhere,GB,no,,", name="second.csv")
    assert (report.opted_out, counts(report)) == (1, (0, 0, 0))
    assert not contact(db).may_email
    assert contact(db).may_sms
    assert words(db)[-1] == ("email", False, "import second.csv row 2")


def test_an_opt_out_without_an_id_is_known_by_its_address(db: Database, imported: Importer) -> None:
    imported(ANNA)
    report = imported(",ANNA@example.com,+447700900123,,shops,en,Europe/London,GB,no,no,")
    assert report.opted_out == 2
    assert (contact(db).may_email, contact(db).may_sms) == (False, False)


def test_an_opt_out_takes_back_what_is_planned_on_its_channel(db: Database, imported: Importer) -> None:
    imported(ANNA)
    with db.transaction() as session:
        mail = a_touch(session, contact_id=contact(db).id)
        message = a_touch(session, contact_id=contact(db).id, channel="sms")
    imported(ANNA.replace("yes,yes", "no,yes"))
    with db.transaction() as session:
        assert session.get_one(Touch, mail).state == "skipped"
        assert session.get_one(Touch, message).state == "planned"


def test_a_file_may_say_what_allows_us_to_write_and_when_that_ends(db: Database, imported: Importer) -> None:
    asked = ANNA.replace("2026-01-05", "2026-08-05")
    report = imported(
        f"{asked},implied_inquiry", f"{BEN},", BEN.replace("C2", "C3") + ",rumour", header=HEADER + ",consent_basis"
    )
    assert (report.opted_in, len(report.faults)) == (3, 1)
    with db.transaction() as session:
        rows = session.scalars(select(ConsentRecord).order_by(ConsentRecord.id)).all()
        told = {(row.channel, row.basis, row.address): row for row in rows if row.granted}
    inquiry = told["sms", "implied_inquiry", "+447700900123"]
    assert inquiry.expires_at == inquiry.given_at.replace(year=2027, month=2)
    assert inquiry.origin.startswith("file contacts.csv, SHA-256 ")
    assert inquiry.origin.endswith(" UTC, row 2")
    assert told["email", "consent", "ben@example.com"].expires_at is None


def test_a_yes_that_has_ended_by_now_opens_nothing(db: Database, imported: Importer) -> None:
    report = imported(f"{ANNA},implied_inquiry", header=HEADER + ",consent_basis")
    assert (report.opted_in, contact(db).may_email, words(db)) == (0, False, [])


def test_a_yes_that_holds_longer_is_news_and_one_that_holds_shorter_is_not(db: Database, imported: Importer) -> None:
    header = HEADER + ",consent_basis"
    asked = ANNA.replace("yes,yes,2026-01-05", "yes,,2026-08-05")
    rows = [f"{asked},implied_inquiry", f"{asked},implied_purchase", f"{asked},consent", f"{asked},implied_purchase"]
    assert [imported(row, header=header).opted_in for row in rows] == [1, 1, 1, 0]
    assert [imported(rows[0], header=header).opted_in for _ in range(2)] == [0, 0]
    with db.transaction() as session:
        ends = session.scalars(select(ConsentRecord.expires_at).order_by(ConsentRecord.id)).all()
    assert [end and (end.year, end.month) for end in ends] == [(2027, 2), (2028, 8), None]


def test_no_later_file_brings_back_what_a_file_withdrew(db: Database, imported: Importer) -> None:
    imported(ANNA.replace("yes,yes", "no,yes"))
    report = imported(ANNA.replace("2026-01-05", "2026-09-08"))
    assert report.opted_in == 0
    assert not contact(db).may_email
    assert [word for word in words(db) if word[0] == "email"] == [("email", False, "import contacts.csv row 2")]


def test_a_no_wins_over_a_yes_in_the_same_file_whichever_comes_first(db: Database, imported: Importer) -> None:
    imported(ANNA, ANNA.replace("yes,yes", "no,no"))
    assert (contact(db).may_email, contact(db).may_sms) == (False, False)


def test_no_file_undoes_an_unsubscription(db: Database, imported: Importer) -> None:
    imported(ANNA)
    with db.transaction() as session:
        touch = a_sent_touch(session, contact_id=contact(db).id, sent_at=NOW - timedelta(days=1))
    unsubscribe(db=db, touch_id=touch, now=NOW)
    report = imported(ANNA.replace("2026-01-05", "2026-09-08"))
    assert report.opted_in == 0
    assert not contact(db).may_email


def test_a_new_id_or_a_new_address_is_no_way_round_an_opt_out(db: Database, imported: Importer) -> None:
    imported(ANNA.replace("yes,yes", "no,no"))
    imported(ANNA.replace("C1", "C2").replace("anna@example.com", "ANNA@example.com"))
    assert (contact(db, "C2").may_email, contact(db, "C2").may_sms) == (False, False)
    imported(ANNA.replace("anna@example.com", "anna@other.example"))
    assert not contact(db).may_email


def test_a_suppressed_address_is_never_granted(db: Database, imported: Importer) -> None:
    with db.transaction() as session:
        session.add(Suppression(channel="email", address="anna@example.com", reason="bounced", since=NOW))
    report = imported(ANNA)
    assert report.opted_in == 1
    assert not contact(db).may_email
    assert contact(db).may_sms
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Suppression)) == 1


def test_a_contact_who_begins_to_allow_something_is_looked_at_at_once(db: Database, imported: Importer) -> None:
    imported(ANNA.replace("yes,yes", ","))
    with db.transaction() as session:
        session.get_one(Rhythm, contact(db).id).look_at = NOW + timedelta(days=30)
    imported(ANNA)
    with db.transaction() as session:
        assert session.get_one(Rhythm, contact(db).id).look_at == NOW


def test_a_file_that_cannot_be_used_leaves_nothing_behind(db: Database, imported: Importer, tmp_path: Path) -> None:
    before = everything(db)
    for content in (b"PK\x03\x04rest", b"external_id,email\nC1,x\n", b"\xff\xd8\xff\xe0\0", HEADER.encode() + b"\n"):
        (tmp_path / "bad.csv").write_bytes(content)
        with pytest.raises(BadInput, match=r"^bad\.csv"):
            import_contacts(db=db, path=tmp_path / "bad.csv", now=NOW)
    assert everything(db) == before
    with db.transaction() as session:
        assert session.scalars(select(Import)).all() == []


def test_without_a_pack_it_says_what_to_do_first(db: Database, tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text(f"{HEADER}\n{ANNA}\n")
    with pytest.raises(BadInput, match="Apply a pack first"):
        import_contacts(db=db, path=tmp_path / "contacts.csv", now=NOW)


def test_two_imports_at_once_neither_double_nor_block_each_other(db: Database, imported: Importer) -> None:
    rows = [
        ANNA.replace("C1,anna", f"C{number},anna{number}").replace("900123", f"9{number:05}") for number in range(300)
    ]
    start, reports = Barrier(2), []

    def run(name: str, order: int) -> None:
        start.wait()
        reports.append(imported(*rows[::order], name=name))

    threads = [Thread(target=run, args=("one.csv", 1)), Thread(target=run, args=("two.csv", -1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(counts(report) for report in reports) == [(0, 0, 300), (300, 0, 0)]
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 300
        assert session.scalar(select(func.count()).select_from(ConsentRecord)) == 600


def test_the_invented_customers_land_but_for_the_rows_that_are_broken_on_purpose(db: Database, tmp_path: Path) -> None:
    with db.transaction() as session:
        a_business(session)
        for key in HABITS:
            an_industry(session, key)
    path = tmp_path / "contacts.csv"
    write_contacts(path, today=date(2026, 9, 7))
    steps: list[tuple[int, int]] = []
    report = import_contacts(db=db, path=path, now=NOW, progress=lambda done, total: steps.append((done, total)))
    assert report.rows_read == 2_000
    assert counts(report) == (1_960, 0, 0)
    assert {cell.row for cell in report.refused} == {2 + index for index in range(17, 2_000, 50)}
    assert steps[-1] == (2_000, 2_000)
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Rhythm)) == 1_960


def test_a_contact_made_elsewhere_keeps_its_rhythm(db: Database, imported: Importer) -> None:
    with db.transaction() as session:
        a_contact(session, external_id="C1", industry_id=an_industry(session, "shops"))
    before = everything(db)[3]
    imported(ANNA)
    assert everything(db)[3] == before


@pytest.mark.parametrize("row", [ANNA, ANNA.replace("anna@", "Anna@"), ANNA.replace("C1,anna@", "C9,other@")])
def test_nobody_brings_somebody_back_who_had_everything_erased(db: Database, imported: Importer, row: str) -> None:
    imported(ANNA)
    erase_contact(db=db, contact_id=contact(db).id, secret=SECRET, now=NOW)
    report = imported(row, BEN)
    assert [cell.reason for cell in report.refused] == ["its owner had everything erased"]
    assert report.landed.new == 1
    with db.transaction() as session:
        assert "anna@" not in str(session.scalars(select(ImportFault.cells)).all()).lower()
        assert session.scalars(select(Contact.email).where(Contact.email != "")).all() == ["ben@example.com"]
