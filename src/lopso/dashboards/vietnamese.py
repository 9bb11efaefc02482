"""Numbers and dates as Vietnamese readers write them: where dashboards look for them."""

from lopso.vietnamese import clock, date, percent, whole

__all__ = ["clock", "date", "percent", "whole"]
