"""What is written for other systems: tables, gradebook imports, and the sheets for marking."""
