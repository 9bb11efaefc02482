"""What is kept: the tables, and the functions that write and read them with a session given by the caller."""
