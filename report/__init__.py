"""Pages about claims that people read and print: self-contained HTML, or Markdown."""
