"""The classroom: assignments, their release, and a grader that trusts no notebook."""
