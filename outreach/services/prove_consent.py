"""What a contact allowed, as proof for whoever asks: every line with its wording, and whether the chain holds."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from outreach.db.queries.consent_proof import BrokenLine, ConsentProof, broken_lines, contact_named, load_proof
from outreach.db.session import Database

#: How the hashes are made, said in every export, so that anybody can make them again.
RULE = (
    "hash = SHA-256 of the JSON array [id, contact number, channel, granted, source, given_at and recorded_at as "
    "seconds, basis, purpose, expires_at as seconds, confirmed_by, withdraws, wording_hash, seal, previous]; seal = "
    "SHA-256 of a random salt followed by the JSON array [address, origin]; wording_hash = SHA-256 of language, line "
    "feed, wording"
)


@dataclass(frozen=True, slots=True)
class Proof:
    """The ledger of one contact; `faults` is empty where the chain holds."""

    external_id: str
    lines: tuple[ConsentProof, ...]
    faults: tuple[BrokenLine, ...]

    def as_json(self, *, now: datetime) -> str:
        """As a document for people and programs."""
        told = {"contact": self.external_id, "exported_at": now, "chain_holds": not self.faults, "rule": RULE}
        told |= {"faults": [one.fault for one in self.faults], "lines": [asdict(one) for one in self.lines]}
        return json.dumps(told, default=lambda value: value.isoformat(), ensure_ascii=False, indent=2)


def prove_consent(*, db: Database, external_id: str) -> Proof | None:
    """The proof of one contact; None if there is no such."""
    with db.raw_transaction() as connection:
        contact_id = contact_named(connection, external_id)
        if contact_id is None:
            return None
        faults = broken_lines(connection, contact_id=contact_id)
        return Proof(external_id, tuple(load_proof(connection, contact_id)), tuple(faults))
