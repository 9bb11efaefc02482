"""Lớp Số: training, quizzes and target dashboards on Jupyter."""
