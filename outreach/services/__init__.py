"""What the product does: one use case per file, one public function named like the file.

A service loads, decides (a pure function of the domain, given `now`) and stores. Its signature lists what it touches.
It owns its transactions, none is open during a provider call, and services do not call one another.
"""
