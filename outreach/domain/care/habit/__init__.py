"""Habits: each customer's own rhythm of buying, asking, visiting and replying, and when its silence becomes unusual.

Two questions that are easily taken for one (docs/decisions/0015-habits.md): who will buy again (`value`, `dropout`),
and whose silence is unusual for this customer (`surprise`). Everything here is arrays, one place for each customer or
event.
"""
