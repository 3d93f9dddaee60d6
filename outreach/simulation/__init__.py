"""A simulated business and its customers, to judge rules of contact on years nobody has to live through.

`priors` says what is assumed and where it comes from, `worlds` what a world may be like, `people` draws the customers,
`seasons` their true year beside the published one, `reading` what a touch does to a person and what a machine reports
of it, `world` lives one day after the other, `policies/` decide who is written to, `measures` says what came of it,
`run` puts them together and `table` shows it. No clock, no file, no network; every number follows from a seed.
"""
