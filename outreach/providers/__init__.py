"""The vendors' edge: one folder per provider, how it sends and how it reports.

Providers know addresses, bytes and answers. They know no contacts, no database and each other not at all.
"""
