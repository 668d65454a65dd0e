"""Scores the answers to a question set stage by stage, and tells whether a change made them worse.

    dataset → scoring → stats → report → lab → commands

Each room may use those before it; a run is a list of `scoring.run.Row`.
"""
