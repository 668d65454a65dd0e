"""Measure the check with sentences that are known to be false or true.

    articles → words (tagged) → alterations, rewordings → Claim → measure

False claims are made from true sentences by one change, true ones by a change that preserves the meaning or
by people. Inserted words come from the articles themselves, from Open English WordNet or from the calendar,
never from a list that the check uses: a measure must not be made from what it measures. Everything is drawn
with a seed; the same seed gives the same claims.
"""
