"""Rhythm: how often a contact hears from us, and how that moves with what people do.

`band` is the industry's promise (minimum, target, maximum gap), `cadence` the contact's own gap inside it, `explain`
the sentence for every decision and change, `balance` says who is in feast or famine.
"""
