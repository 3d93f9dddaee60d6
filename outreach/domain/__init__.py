"""The nouns of the field as frozen values and pure functions that take `now`.

Nothing here reads a clock, a file, the network or a database; numpy and pure-data libraries are all it may import.
"""
