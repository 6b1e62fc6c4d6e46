"""What is written of a meeting: the classic text, the log, Markdown, pages, and the names of the files."""
