"""Quizzes in the formats people keep them in; each module reads or writes one of them."""
