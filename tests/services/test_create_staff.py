"""Accounts of staff."""

import pytest

from outreach.db.models.staff import Staff
from outreach.db.session import Database
from outreach.domain.errors import BadInput
from outreach.services.create_staff import create_staff
from tests.factories import NOW

PASSWORD = "a long walk by the sea"


def make(db: Database, *, email: str = "mair@hearth.example", password: str = PASSWORD, role: str = "admin") -> bool:
    return create_staff(db=db, email=email, name="Mair", password=password, roles=[role], now=NOW)


def account(db: Database) -> Staff:
    with db.transaction() as session:
        return session.query(Staff).one()


def test_it_makes_an_account_and_keeps_no_clear_password(db: Database) -> None:
    assert make(db) is True
    staff = account(db)
    assert staff.password.startswith("$argon2id$")
    assert [role.name for role in staff.roles] == ["admin"]


def test_repeating_it_changes_nothing(db: Database) -> None:
    make(db)
    before = account(db).fs_uniquifier
    assert make(db) is False
    assert account(db).fs_uniquifier == before


def test_a_new_password_ends_the_sessions(db: Database) -> None:
    make(db)
    before = account(db).fs_uniquifier
    assert make(db, password="another long one") is False
    assert account(db).fs_uniquifier != before


def test_two_accounts_may_share_a_role(db: Database) -> None:
    make(db)
    assert make(db, email="huw@hearth.example") is True


def test_the_same_address_in_other_letters_is_the_same_account(db: Database) -> None:
    make(db)
    assert make(db, email="mair@HEARTH.example") is False


def test_every_fault_is_named_at_once(db: Database) -> None:
    with pytest.raises(BadInput) as refused:
        make(db, email="no address", password="short", role="king")
    assert [fault.column for fault in refused.value.faults] == ["email", "password", "roles"]
