"""Outreach keeps every customer of a business in steady, welcome contact.

The floors, top to bottom, are doors (web, workers, cli), bootstrap, settings, services, edges (providers, db,
queueing, embedded), rendering and domain. Imports go down only; `pyproject.toml` holds the contracts.
"""
