"""Quizzes on paper: printed in several orders with answer sheets; the sheets entered, and marked as any other."""
