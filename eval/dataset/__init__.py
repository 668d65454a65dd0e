"""Question sets: schema and validation, authoring, import and export of other formats."""
