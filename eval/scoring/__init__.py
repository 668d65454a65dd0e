"""From a question to a scored row: asking, scoring each stage, the cause of a wrong answer."""
