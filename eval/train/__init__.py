"""Train the reader: rows → examples → network → the file that is served."""
