"""Planning: of everything that wants to reach a contact, the one message that gets the next slot, and when.

`values` are what goes in and comes out, `candidates` says which editions want this contact, `arbitrate` picks the
winner, `plan` finds its instant and writes the reason.
"""
