"""The second door: RQ jobs. Each unwraps its arguments, calls one service, and is done.

Every job may run twice at once, or never; the database holds the truth.
"""
