"""`outreach create-staff`."""

from click.testing import CliRunner, Result

from outreach.cli import main
from outreach.db.models.staff import Staff
from outreach.db.session import Database


def run(database_url: str, *arguments: str) -> Result:
    environ = {"DATABASE_URL": database_url, "REDIS_URL": "redis://127.0.0.1:1/0"}
    return CliRunner().invoke(main, ["create-staff", *arguments], env=environ)


def test_it_creates_an_account_and_says_so(database_url: str, db: Database) -> None:
    result = run(database_url, "mair@hearth.example", "--role", "admin", "--password", "a long walk by the sea")
    assert (result.exit_code, result.output) == (0, "Created mair@hearth.example.\n")
    with db.transaction() as session:
        assert [staff.email for staff in session.query(Staff)] == ["mair@hearth.example"]


def test_a_bad_address_ends_with_code_2_and_its_mend(database_url: str) -> None:
    result = run(database_url, "nonsense", "--password", "a long walk by the sea")
    assert result.exit_code == 2
    assert "Write it like anna@example.org." in result.output
