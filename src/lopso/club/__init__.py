"""Club sessions: a quiz played by a class, a school or a contest, with a code to join and nicknames for accounts."""
