"""Planning: of everything that wants to reach a contact, the one message that gets the next slot, and when.

`values` are what goes in and comes out, `timing` says between which instants the next touch belongs, `candidates` which
editions want this contact on a day, `arbitrate` picks the winner, `plan` puts them together and writes the reason,
`reasons` holds the numbers of each.
"""
