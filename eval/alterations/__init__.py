"""The measure of the check: sentences that are known to be false or true are put before it.

    articles → words (tagged) → alterations, rewordings → Claim → measure

False ones are made from true sentences by one change, true ones by a change that keeps the meaning
or by people. What is put in comes from the articles themselves, from Open English WordNet or from the
calendar, never from a list that the check has: a measure must not be made from what it measures.
Everything is drawn with a seed; the same seed gives the same claims.
"""
