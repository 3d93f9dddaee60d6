"""Reading a pack's values: every fault is noted with its key path and reading goes on, so all are told at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from outreach.domain.errors import BadInput, Fault
from outreach.domain.words import has_controls

#: Longest line of words.
LONGEST_WORDS = 300


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

    def words(self, value: object, path: str) -> str:
        """`value` if it is one line of words, "" for nothing; otherwise a fault and ""."""
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fault(path, value, reason="it is not read as text", mend="Put it in quotes.")
        elif has_controls(value.strip()):
            mend = "Write it on one line, without invisible characters."
            self.fault(path, value, reason="it does not stand on one line", mend=mend)
        elif len(value) > LONGEST_WORDS:
            self.fault(path, value, reason=f"it is longer than {LONGEST_WORDS} characters", mend="Shorten it.")
        else:
            return value.strip()
        return ""

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
