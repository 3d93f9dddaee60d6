"""The API of the business's own programs, version 1. Every answer is JSON; refusals are problem details (RFC 9457)."""
