"""The Voilà service: notebooks as pages, beside the hub, one kernel for the reader who opened it."""
