"""What becomes of a submission: it is run, its answers are checked, and the record is kept."""
