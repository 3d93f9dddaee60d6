"""What is wrong, or could be better, with an edition before it is published: one small file per family of rules.

`judge.py` asks them all. A rule takes plain facts (`facts.py`) and yields findings (`findings.py`).
"""
