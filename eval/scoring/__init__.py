"""From a question to a scored row: ask, score each stage, find the cause of a wrong answer."""
