"""A plan as data: its targets, tasks, content areas and units."""

from lopso.plan.document import ContentArea, Plan, Target, Task, document_body, read_plan, stored_plan
from lopso.plan.units import UnitRow, read_schools, read_units

__all__ = [
    "ContentArea",
    "Plan",
    "Target",
    "Task",
    "UnitRow",
    "document_body",
    "read_plan",
    "read_schools",
    "read_units",
    "stored_plan",
]
