"""Whether the world can see that mail in our name is ours: SPF, DKIM, DMARC, MX and reverse names, explained.

Pure: what is judged are answers that somebody else looked up. `judge` says what it still wants to know.
"""
