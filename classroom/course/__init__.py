"""What a course is: its assignments, its students and their numbers."""
