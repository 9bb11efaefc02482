"""Lesson pages: a notebook rendered once, without keys, code or kernel."""

from lopso.pages.render import build as build
