"""Stand-ins for vendors on this machine: they check what they are sent against the vendor's public contract, keep what
they would deliver, and report as the vendor does."""
