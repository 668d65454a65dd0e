"""A run as JSON, Markdown, a page, JUnit XML and a line of history."""
