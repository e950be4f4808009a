"""For who writes an assignment: a first one to begin with, and a linter that tries it out."""
