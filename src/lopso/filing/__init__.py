"""What units file for the plan: reading a form, weekly columns, what is due, reminders."""
