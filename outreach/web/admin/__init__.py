"""The pages of staff, one file a page family. Everything here needs a sign-in; `pages.py` sees to it."""
