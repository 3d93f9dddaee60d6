"""PostgreSQL: the schedule and the truth.

`models/` are the tables, `queries/` hand out small frozen values and take ids; rows never leave this floor, the staff
account for sign-in excepted. No transaction is open while a provider is called.
"""
