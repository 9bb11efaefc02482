"""Running the platform: one supervisor, its components, and what they leave on disk while they run."""
