"""Staff accounts for sign-in, the one family of rows that may leave the db floor (Flask-Security needs them)."""

from datetime import datetime

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import Column, ForeignKey, Identity, Integer, Table, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db.base import Base

staff_roles = Table(
    "staff_roles",
    Base.metadata,
    Column("staff_id", Integer, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", Integer, ForeignKey("roles.id"), primary_key=True),
)


class Role(Base, RoleMixin):
    """What a member of staff may do: viewer, author, approver, sender, admin, auditor."""

    __tablename__ = "roles"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(server_default="")


class Staff(Base, UserMixin):
    """A member of staff who may sign in."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(server_default="")
    password: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    #: Flask-Security's session key: changing it ends every session of the account.
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]  # Flask-Security names its mixin here
        secondary=staff_roles, lazy="selectin"
    )
