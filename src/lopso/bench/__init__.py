"""Measuring the platform: each measure gives one line of JSON."""
