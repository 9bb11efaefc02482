"""What the courses cover of the plan, how each lesson is made and how it reads: measured, checked, written down."""
