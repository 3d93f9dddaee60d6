"""Texts through Twilio: the Messages API out, its webhooks in."""
