"""What runs code that nobody trusts: it sees a Python and no course, and answers with numbers."""
