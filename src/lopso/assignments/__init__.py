"""A quiz as an nbgrader assignment: source notebook, release, submissions as files."""
