"""Signing up: what a form asks, what somebody filled in, and whether a person took the time to do it."""
