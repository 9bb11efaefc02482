"""Lists of people as offices keep them: read, matched with whom we know, shown first, then written, or taken back."""
