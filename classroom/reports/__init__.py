"""What is written of the records: for students, for the teacher, for gradebooks."""
