"""Reports, honours and certificates on PostgreSQL: the same numbers, and two who issue at once make one certificate."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from report_stand import NOW, ZONE, Stand, make_stand
from sqlalchemy import Engine
from test_postgresql import engine, server  # noqa: F401 - the fixtures

from lopso import certificates
from lopso.records import certificates as rows
from lopso.records import people
from lopso.records.engine import reading, writing
from lopso.reports.files import report_file


@pytest.fixture
def stand(engine: Engine, tmp_path: Path) -> Stand:  # noqa: F811
    return make_stand(engine, tmp_path)


def test_reports_and_certificates_on_postgresql(stand: Stand) -> None:
    periodic = stand.report()
    assert "01/03 người, đạt 33,3%" in str(periodic.blocks)
    assert report_file(periodic, "pdf").startswith(b"%PDF")
    assert [row[1] for row in next(iter(stand.report("training").tables)).rows] == [
        "Lê Thị Hoa",
        "Nguyễn Thị Lan",
        "Trần Văn Minh",
    ]
    assert [row[1] for row in next(iter(stand.report("honours").tables)).rows] == ["Nguyễn Thị Lan"]
    assert len(next(iter(stand.report("unit", "X1").tables)).rows) == 1
    with reading(stand.engine) as session:
        lan = people.by_username(session, "lan")
        days = certificates.to_issue(session, "viet-tin", NOW, ZONE)
    assert lan is not None
    assert list(days) == [lan.id]

    def issue(_turn: int) -> str:
        with writing(stand.engine) as session:
            return certificates.issue(session, lan.id, "viet-tin", by="lan", now=NOW, zone=ZONE).number

    def issue_all(_turn: int) -> int:
        with writing(stand.engine) as session:
            return certificates.issue_some(session, days, "viet-tin", by="boss", now=NOW)

    with ThreadPoolExecutor(4) as hands:
        turns = [hands.submit(each, turn) for turn in range(2) for each in (issue, issue_all)]
        for turn in turns:
            turn.result()
    with writing(stand.engine) as session:
        [only] = rows.every(session)
        assert certificates.revoke(session, only.number, "thử", by="boss", now=NOW).revoked_at == NOW
