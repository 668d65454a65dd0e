"""What texts say: words, facts, and whether one text states what another does."""
