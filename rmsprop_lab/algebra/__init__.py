"""What a function of numbers can run on besides numbers: slopes that come along, and symbols."""
