"""The learners' and teachers' HTTP service."""
