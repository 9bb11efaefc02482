"""The writing desk: what a program can tell a writer about a news item at once, before a person marks it."""
