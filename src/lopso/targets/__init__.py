"""How far each target, task and content area of a plan is, who is missing, and when it will be done."""

from lopso.targets.acts import ListedAct, acts_of_content, acts_of_task
from lopso.targets.compute import compute
from lopso.targets.contents import ContentState, content_states
from lopso.targets.plans import expected_courses, plan_in_force
from lopso.targets.state import Forecast, Member, Outlook, Standing, TargetState, goal_count
from lopso.targets.tasks import TaskStanding, TaskState, TaskUnit, task_states

__all__ = [
    "ContentState",
    "Forecast",
    "ListedAct",
    "Member",
    "Outlook",
    "Standing",
    "TargetState",
    "TaskStanding",
    "TaskState",
    "TaskUnit",
    "acts_of_content",
    "acts_of_task",
    "compute",
    "content_states",
    "expected_courses",
    "goal_count",
    "plan_in_force",
    "task_states",
]
