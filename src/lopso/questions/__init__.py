"""Kinds of question, each a module of its own, and the quiz they make up."""
