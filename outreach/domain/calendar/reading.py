"""Reading a pack's values: every fault is noted with its key path and reading goes on, so all are told at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from outreach.domain.errors import BadInput, Fault


@dataclass
class Reading:
    """One file being read, and what was wrong with it so far.

    Attributes:
        place: the file as the person knows it.
        faults: what was found, in the order of the file.
    """

    place: str
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: str, value: object, *, reason: str, mend: str) -> None:
        """Note that `value` at the key path `path` cannot be used."""
        shown = "" if value is None else str(value)
        self.faults.append(Fault(place=self.place, column=path, value=shown, reason=reason, mend=mend))

    def mapping(self, value: object, path: str) -> Mapping[str, object]:
        """`value` if it is a table of keys; otherwise a fault and an empty table."""
        if isinstance(value, Mapping):
            return value
        self.fault(path, value, reason="a table of keys was expected here", mend="Write `key: value` lines under it.")
        return {}

    def listing(self, value: object, path: str) -> list[object]:
        """`value` if it is a list, [] for nothing; otherwise a fault and []."""
        if value is None:
            return []
        if isinstance(value, list | tuple):
            return list(value)
        self.fault(path, value, reason="a list was expected here", mend="Put the values into [brackets].")
        return []

    def only(self, data: Mapping[str, object], known: Collection[str], path: str) -> None:
        """Note every key of `data` that is not among `known`, so that a slip of the pen is not silently ignored."""
        for key in data:
            if key not in known:
                self.fault(
                    f"{path}.{key}", None, reason="there is no such key", mend=f"Use one of: {', '.join(known)}."
                )

    def finish(self) -> None:
        """Raise everything that was noted.

        Raises:
            BadInput: if anything was.
        """
        if self.faults:
            raise BadInput(self.faults)
