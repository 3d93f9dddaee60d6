"""Staff accounts: making one, or setting its password and roles anew."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.db.models.staff import Role, Staff


def store_staff(
    session: Session, *, email: str, name: str, password_hash: str, roles: Sequence[str], now: datetime
) -> bool:
    """Makes the account, or gives the one with this address a new password and roles; its sessions end then.

    Returns:
        True if the account is new.
    """
    known = {found.name: found for found in session.scalars(select(Role).where(Role.name.in_(roles)))}
    wanted = [known.get(role) or Role(name=role) for role in roles]
    staff = session.scalar(select(Staff).where(Staff.email == email))
    new = staff is None
    if staff is None:
        staff = Staff(email=email, created_at=now)
        session.add(staff)
    staff.name = name
    staff.password = password_hash
    staff.fs_uniquifier = secrets.token_hex(32)
    staff.active = True
    staff.roles = wanted
    return new


def load_password_hash(session: Session, email: str) -> str | None:
    """The stored hash of an account's password, None if there is no such account."""
    return session.scalar(select(Staff.password).where(Staff.email == email))
