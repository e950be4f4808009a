"""A notebook's answers without a sandbox: for what is ours, and trusted."""

from classroom.authoring.here import AnswersHere as LocalAnswers

__all__ = ["LocalAnswers"]
