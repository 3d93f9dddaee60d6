"""Questions and commands in SQL, one file a subject; they hand out frozen values and never rows."""
