"""What customers whom we let down may choose, as the pack declares it."""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg


@dataclass(frozen=True, slots=True)
class Remedy:
    """A remedy with its name per locale."""

    key: str
    names: Mapping[str, str]

    def name(self, locale: str, default: str) -> str:
        """Its name in `locale`, else in the `default` one, else its key."""
        return self.names.get(locale) or self.names.get(default) or self.key


def load_remedies(connection: psycopg.Connection) -> list[Remedy]:
    """The remedies, in the order of the pack."""
    row = connection.execute("SELECT remedies FROM business").fetchone()
    return [Remedy(one["key"], one["name"]) for one in row[0]] if row else []
