"""Every party gets its statement, whatever becomes of another's, and none is written over a later one."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from ses_reputation.errors import UnavailableError
from ses_reputation.rollup.entities import ReputationEntity, account_entity
from ses_reputation.standing.state import Transition
from ses_reputation.statement.publishing import (
    StatementPlan,
    StatementRun,
    StatementsOutcome,
    StatementStores,
    publish_alone,
    publish_statements,
)
from ses_reputation.statement.runs import StatementStart
from ses_reputation.time_left import OUT_OF_TIME
from tests.support.assessed_world import (
    MINE,
    NAMING,
    OWNERS,
    PARTIES,
    RIVAL,
    RULES,
    THEIRS,
    assessed,
    daily_mail,
)
from tests.support.in_memory.assessment_table import InMemoryAssessments
from tests.support.in_memory.statement_runs import InMemoryStatementRuns
from tests.support.in_memory.statements import InMemoryStatements
from tests.support.in_memory.suppression import MemoryStore
from tests.support.mail import NOW
from tests.support.notifications import DELEGATE, OWNER

PLAN = StatementPlan(PARTIES, RULES, NAMING)
NAMES = (f"delegate-{DELEGATE}", f"delegate-{RIVAL}", f"owner-{OWNER}")
WORLD = [*daily_mail(MINE, 100, 1), *daily_mail(THEIRS, 100, 12), *daily_mail(OWNERS, 100, 0)]


class Table(InMemoryAssessments):
    """Refuses, or breaks, when it is asked for the changes of one account."""

    def __init__(self, rows: InMemoryAssessments, error: Exception, account: str) -> None:
        super().__init__()
        self.rows, self.rolled_up_to = rows.rows, rows.rolled_up_to
        self.error, self.entity = error, account_entity(account, "us-east-1")

    def transitions(self, entity: ReputationEntity, limit: int) -> list[Transition]:
        if entity == self.entity:
            raise self.error
        return super().transitions(entity, limit)


@pytest.fixture(scope="module")
def table() -> InMemoryAssessments:
    return assessed(WORLD)


def publish(
    table: InMemoryAssessments, statements: InMemoryStatements, run: StatementRun | None = None
) -> StatementsOutcome:
    stores = StatementStores(table, MemoryStore(), statements)
    return publish_statements(stores, PLAN, run or StatementRun(NOW))


def start(
    table: InMemoryAssessments,
    statements: InMemoryStatements,
    runs: InMemoryStatementRuns | None = None,
) -> StatementsOutcome:
    stores = StatementStores(table, MemoryStore(), statements)
    begun = StatementStart("event", lambda: NOW)
    return publish_alone(runs or InMemoryStatementRuns(), stores, PLAN, begun)


def index_of(statements: InMemoryStatements) -> dict[str, Any]:
    index: dict[str, Any] = json.loads(statements.objects["statements/index.json"])
    return index


def named(lines: Sequence[dict[str, Any]]) -> list[str]:
    return [line["name"] for line in lines]


def test_each_party_has_a_page_and_its_twin_and_stands_in_the_index(table: InMemoryAssessments) -> None:
    statements = InMemoryStatements()

    outcome = publish(table, statements)

    assert outcome == StatementsOutcome(NAMES)
    pages = [f"statements/{name}/statement.html" for name in NAMES]
    twins = [f"statements/{name}/statement.json" for name in NAMES]
    assert sorted(statements.objects) == sorted(
        [*pages, *twins, "statements/index.html", "statements/index.json"]
    )
    assert {statements.types[page] for page in pages} == {"text/html; charset=utf-8"}
    assert {statements.types[twin] for twin in twins} == {"application/json"}
    index = index_of(statements)
    assert (index["version"], index["stack"]) == (1, "reputation")
    assert (index["made_at"], index["assessed_at"]) == ("2026-11-22T10:05:00Z", "2026-11-22T10:05:00Z")
    assert index["statements"][0] | {"headline": ""} == {
        "name": f"delegate-{DELEGATE}",
        "kind": "delegate",
        "account": DELEGATE,
        "display_name": "Agency North",
        "standing": "healthy",
        "headline": "",
        "made_at": "2026-11-22T10:05:00Z",
        "page": f"delegate-{DELEGATE}/statement.html",
        "twin": f"delegate-{DELEGATE}/statement.json",
    }


def test_the_page_says_what_its_twin_says(table: InMemoryAssessments) -> None:
    statements = InMemoryStatements()

    publish(table, statements)

    twin = json.loads(statements.objects[f"statements/owner-{OWNER}/statement.json"])
    page = statements.objects[f"statements/owner-{OWNER}/statement.html"]
    # A number stays with its percent sign.
    assert twin["headline"] in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Agency South" in page


def test_no_page_of_a_delegate_names_another(table: InMemoryAssessments) -> None:
    statements = InMemoryStatements()

    publish(table, statements)

    mine = [text for key, text in statements.objects.items() if DELEGATE in key]
    assert len(mine) == 2
    assert not [text for text in mine if RIVAL in text or "Agency South" in text]


def test_a_party_that_fails_keeps_its_earlier_statement_and_harms_no_other(
    table: InMemoryAssessments,
) -> None:
    statements = InMemoryStatements()
    publish(table, statements)
    before = dict(statements.objects)
    broken = Table(table, UnavailableError("ThrottlingException"), RIVAL)

    outcome = publish(broken, statements, StatementRun(NOW + timedelta(hours=1)))

    assert outcome.published == (f"delegate-{DELEGATE}", f"owner-{OWNER}")
    assert outcome.failed == {f"delegate-{RIVAL}": "UnavailableError: ThrottlingException"}
    key = f"statements/delegate-{RIVAL}/statement.json"
    assert statements.objects[key] == before[key]
    made = {line["name"]: line["made_at"] for line in index_of(statements)["statements"]}
    assert made[f"delegate-{RIVAL}"] == "2026-11-22T10:05:00Z"
    assert made[f"owner-{OWNER}"] == "2026-11-22T11:05:00Z"


def test_a_defect_shows_after_all_others_have_their_statements(table: InMemoryAssessments) -> None:
    statements = InMemoryStatements()

    with pytest.raises(ExceptionGroup) as raised:
        publish(Table(table, ZeroDivisionError(), RIVAL), statements)

    assert [type(each) for each in raised.value.exceptions] == [ZeroDivisionError]
    assert named(index_of(statements)["statements"]) == [f"delegate-{DELEGATE}", f"owner-{OWNER}"]


def test_an_object_that_cannot_be_written_is_the_failure_of_its_party(table: InMemoryAssessments) -> None:
    outcome = publish(table, InMemoryStatements(f"delegate-{DELEGATE}/statement.json"))

    assert outcome.failed == {f"delegate-{DELEGATE}": "UnavailableError: PutObject SlowDown"}


def test_what_a_run_has_published_is_made_again_for_whoever_asks(table: InMemoryAssessments) -> None:
    statements = InMemoryStatements()
    start(table, statements)
    statements.written.clear()

    # Of what it asks for, the run before may have read a half alone.
    assert start(table, statements) == StatementsOutcome(NAMES)
    assert sorted(statements.written) == sorted(statements.objects)


def test_where_time_is_short_the_oldest_statements_come_first(table: InMemoryAssessments) -> None:
    statements = InMemoryStatements()
    later = StatementRun(NOW + timedelta(hours=1), has_time=iter([True, False, False]).__next__)

    first = publish(table, statements, StatementRun(NOW, has_time=iter([True, False, False]).__next__))
    second = publish(table, statements, later)

    assert first.published == (f"delegate-{DELEGATE}",)
    assert set(first.failed.values()) == {OUT_OF_TIME}
    assert second.published == (f"delegate-{RIVAL}",)


def test_an_index_that_cannot_be_read_is_made_anew(table: InMemoryAssessments) -> None:
    statements = InMemoryStatements()
    statements.objects["statements/index.json"] = '{"version": 99}'

    assert start(table, statements).published == NAMES


def test_while_another_run_works_nothing_is_made_and_it_is_asked(table: InMemoryAssessments) -> None:
    statements, runs = InMemoryStatements(), InMemoryStatementRuns()
    runs.take(other := StatementStart("other", lambda: NOW))

    assert start(table, statements, runs) == StatementsOutcome(is_needed=False)
    assert statements.written == []
    assert not runs.finish(other)


def test_pages_of_a_later_run_are_left_with_all_the_rest_of_an_earlier_one(
    table: InMemoryAssessments,
) -> None:
    statements = InMemoryStatements()
    publish(table, statements, StatementRun(NOW + timedelta(hours=1)))
    later = dict(statements.objects)

    outcome = publish(table, statements)

    assert (outcome.published, outcome.failed, outcome.is_overtaken) == ((), {}, True)
    assert statements.objects == later


def test_where_a_later_run_wrote_the_index_first_its_parties_stay(table: InMemoryAssessments) -> None:
    statements = InMemoryStatements()
    publish(table, statements, StatementRun(NOW + timedelta(hours=1)))
    for key in [key for key in statements.objects if "index" not in key]:
        del statements.objects[key], statements.made_at[key]

    outcome = publish(table, statements)

    assert (outcome.published, outcome.is_overtaken) == (NAMES, True)
    assert index_of(statements)["made_at"] == "2026-11-22T11:05:00Z"


def test_a_run_that_is_asked_again_publishes_again(table: InMemoryAssessments) -> None:
    runs = InMemoryStatementRuns()

    class Asking(InMemoryStatements):
        """Somebody asks once while the first page is written."""

        def put(self, key: str, text: str, content_type: str, made_at: datetime) -> None:
            if not self.written:
                assert runs.ask(StatementStart("another", lambda: NOW))
            super().put(key, text, content_type, made_at)

    statements = Asking()

    assert start(table, statements, runs).published == NAMES
    assert len(statements.written) == 2 * len(set(statements.written))


def test_a_statement_of_a_party_that_is_gone_leaves_the_index(table: InMemoryAssessments) -> None:
    statements = InMemoryStatements()
    publish(table, statements)

    publish(assessed(daily_mail(OWNERS, 100, 0)), statements)

    # Both delegates are registered, so they have statements without mail.
    assert named(index_of(statements)["statements"]) == list(NAMES)
    alone = StatementPlan(type(PARTIES)(PARTIES.ownership), RULES, NAMING)
    stores = StatementStores(assessed(daily_mail(OWNERS, 100, 0)), MemoryStore(), statements)
    publish_statements(stores, alone, StatementRun(NOW))
    assert named(index_of(statements)["statements"]) == [f"owner-{OWNER}"]
