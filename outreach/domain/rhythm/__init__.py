"""Rhythm: how often a contact hears from us, and how that moves with what people do.

`band` is the industry's promise (minimum, target, maximum gap), `load` what a touch weighs, `caps` the most in a
rolling window. `cadence` is the contact's own gap and how it learns: from `pressure`, the bucket of touches,
`capacity`, how much a person bears, and `mail_programs`, what an open is worth; `tuning` is what the whole base
teaches. `stories` and `lessons` read all that off the ledger, `hours` and `channels` say when and where a person
answers. `codes` has every reason there is and `explain` its sentence, `balance` says who is in feast or famine.
"""
