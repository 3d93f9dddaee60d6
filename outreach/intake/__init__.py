"""Files that people bring: tables and packs, read with the place of everything in them.

An edge beside the database and the providers: it knows files and nothing of what is done with them.
"""
