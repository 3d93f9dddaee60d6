"""Rhythm: how often a contact hears from us, and how that moves with what people do.

`band` is the industry's promise (minimum, target, maximum gap), `caps` the most touches in a rolling window, `cadence`
the contact's own gap and how it learns, `codes` every reason there is and `explain` its sentence, `balance` says who is
in feast or famine.
"""
