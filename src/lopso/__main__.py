"""`python -m lopso`: the same as the command `lopso`."""

from lopso.cli import main

main()
