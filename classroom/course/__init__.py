"""What a course is: its assignments, its students and their numbers, and what they hand in."""
