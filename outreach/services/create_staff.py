"""Creates an account for a member of staff, or sets its password and roles anew."""

from collections.abc import Sequence
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from email_validator import EmailNotValidError, validate_email

from outreach.db.queries.staff import load_password_hash, store_staff
from outreach.db.session import Database
from outreach.domain.errors import BadInput, Fault

ROLES = ("viewer", "author", "approver", "sender", "admin", "auditor")
#: Shorter passwords are guessed too soon (OWASP ASVS 5.0, 6.2.1).
SHORTEST_PASSWORD = 8


def create_staff(*, db: Database, email: str, name: str, password: str, roles: Sequence[str], now: datetime) -> bool:
    """Makes the account with this address, or sets its password, name and roles anew; that ends its sessions.

    Repeating it with the same password changes nothing and ends nothing.

    Args:
        now: the wall's instant (aware).

    Returns:
        True if the account is new.

    Raises:
        BadInput: if the address is none, the password is short, or a role does not exist.
    """
    faults: list[Fault] = []
    address = _address(email, faults)
    if len(password) < SHORTEST_PASSWORD:
        reason = f"it has fewer than {SHORTEST_PASSWORD} characters"
        faults.append(Fault(place="account", column="password", reason=reason, mend="Choose a longer one."))
    for role in sorted(set(roles) - set(ROLES)):
        mend = f"Use some of: {', '.join(ROLES)}."
        faults.append(Fault(place="account", column="roles", value=role, reason="there is no such role", mend=mend))
    if faults:
        raise BadInput(faults)
    hasher = PasswordHasher()
    with db.transaction() as session:
        present = load_password_hash(session, address)
        if present is not None and _is(hasher, present, password):
            return False
        return store_staff(
            session, email=address, name=name, password_hash=hasher.hash(password), roles=list(roles), now=now
        )


def _address(email: str, faults: list[Fault]) -> str:
    try:
        # The same normal form in which the sign-in page looks an account up.
        return validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        reason = f"this is no e-mail address: {str(error).rstrip('.')}"
        faults.append(
            Fault(place="account", column="email", value=email, reason=reason, mend="Write it like anna@example.org.")
        )
        return ""


def _is(hasher: PasswordHasher, present: str, password: str) -> bool:
    try:
        return hasher.verify(present, password)
    except VerifyMismatchError:
        return False
