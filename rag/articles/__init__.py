"""From a folder of files to articles, sentences and chunks, all with exact character spans."""
