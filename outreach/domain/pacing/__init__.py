"""How fast we may write, how a new sender starts small, and which provider carries what."""
