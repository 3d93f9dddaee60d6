"""The queue carries wake-ups only: Redis may be wiped at any moment and nothing is lost or sent twice."""
