"""What commands write is readable in 80 columns, and plain text in a pipe."""

import io
import json
import re
import textwrap

import pytest

from console.reports.message_tally import MessageTally
from console.reports.tables import draw_balances, draw_coverage, draw_delays, draw_messages
from console.terminal.screen import Narrator, Screen, open_screen, print_heading, print_indented, print_json
from ses_reputation.ledger.hour_balance import gather_hours
from tests.support.balances import SENDER_HOUR, posted_balance

BALANCES = [
    posted_balance(
        SENDER_HOUR._replace(sending_account=account, identity=identity),
        counts={"news": {"gmail": {"sent": 123_456, "delayed_ip_failure": 7}, "apple": {"delayed_other": 9}}},
        followed={"news": {"gmail": {"delayed_then_delivered": 6, "delayed_still_open": 1}}},
        coverage={"news": {"delivered": {"both": 5, "owner_only": 1}}},
    )
    for account in ("111122223333", "444455556666")
    for identity in ("example.com", "a-rather-long-identity.example.org")
]


def render(*printed: object, width: int = 80) -> list[str]:
    screen = Screen(file=io.StringIO(), width=width)
    for each in printed:
        screen.print(each)
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue().splitlines()


def test_tables_fit_into_80_columns_without_cutting_anything_off() -> None:
    hours = gather_hours(BALANCES)
    tally = MessageTally(3, 1, {"open": 1}, {"contradicts_topic": 1})

    lines = render(draw_balances(hours), draw_coverage(hours), draw_delays(hours), draw_messages(tally))

    assert max(map(len, lines)) <= 80
    assert not [line for line in lines if "\N{HORIZONTAL ELLIPSIS}" in line]
    assert [line for line in lines if line.startswith("together") and "493,824" in line]


def test_balances_name_the_region_only_where_there_are_several() -> None:
    there = posted_balance(SENDER_HOUR._replace(region="eu-west-1"), counts={"a": {"gmail": {"sent": 1}}})

    assert not [line for line in render(draw_balances(gather_hours(BALANCES))) if "us-east-1" in line]
    in_two = render(draw_balances(gather_hours([*BALANCES, there])), width=100)
    assert [line.split() for line in in_two if "eu-west-1" in line] == [["444455556666", "eu-west-1"]]


def test_delays_are_listed_by_provider_most_first() -> None:
    rows = [line.split() for line in render(draw_delays(gather_hours(BALANCES)))]

    assert rows[-2:] == [["Apple", "36", "-", "-", "-"], ["Gmail", "28", "24", "-", "4"]]


def test_a_step_in_a_pipe_is_one_plain_line_with_its_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    narrator = Narrator(open_screen())
    with narrator.step("Count [sheep]", total=3) as step:
        step.advance_to(1)
        step.outcome = "Counted [sheep]:\n3 of them"

    written = capsys.readouterr().out
    assert "\x1b" not in written
    first, second = written.splitlines()
    assert first.startswith(" 1  Counted [sheep]: ")
    assert first.endswith(" s")
    assert len(first) <= 80
    assert second == "    3 of them"


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_step_on_a_terminal_shows_how_far_it_is_whole_at_any_width(columns: int) -> None:
    screen = Screen(file=io.StringIO(), width=columns, force_terminal=True)
    text = "Send as 333333333333 in ap-southeast-1, transactional"
    with Narrator(screen).step(text, total=50) as step:
        step.advance_to(21)

    assert isinstance(screen.file, io.StringIO)
    written = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.file.getvalue())
    lines = [line.rstrip() for line in re.split(r"[\r\n]+", written)]
    said = len(textwrap.wrap(text, columns - len(" 1  ") - len("    0.0 s")))
    moving, last = (shown := [line for line in lines if line])[:-said], shown[-said:]
    assert any(line.endswith("42% 0:00:00") for line in moving)
    assert max(map(len, moving)) <= columns
    assert not [line for line in moving if "\N{HORIZONTAL ELLIPSIS}" in line]
    assert re.sub(r" +\d\.\d s", "", " ".join(map(str.strip, last))) == f"1  {text}"


def test_what_came_of_a_step_is_wrapped_at_the_width_of_the_screen() -> None:
    screen = Screen(file=io.StringIO(), width=60)
    with Narrator(screen).step("Send") as step:
        step.outcome = "Send as 111111111111, without a set: SES took 7 of 7 mails\nand the ledger has them"

    assert isinstance(screen.file, io.StringIO)
    first, *rest = screen.file.getvalue().splitlines()
    assert re.fullmatch(r" 1  Send as 111111111111, without a set: SES took 7 +\d\.\d s", first)
    assert len(first) <= 60
    assert rest == ["    of 7 mails", "    and the ledger has them"]


def test_a_step_that_fails_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="no"), Narrator(open_screen()).step("Try"):
        raise ValueError("no")

    assert capsys.readouterr().out == ""


def test_headings_are_plain_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    print_heading(open_screen(), "Title", "What follows.")

    assert capsys.readouterr().out == "\nTitle\nWhat follows.\n\n"


def test_json_begins_with_its_format_version(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"balances": []})

    written = capsys.readouterr().out
    assert json.loads(written) == {"format_version": 1, "balances": []}
    assert next(iter(json.loads(written))) == "format_version"


ARN = "arn:aws:sns:us-east-1:111122223333:ses-reputation-AlarmTopic-816CBF52E1A4"


def test_a_word_longer_than_the_line_has_one_of_its_own_and_is_whole() -> None:
    written = io.StringIO()
    print_indented(Screen(file=written, width=40), f"The topic {ARN} reaches nobody.", 4, "-")

    assert written.getvalue() == f"    - The topic\n      {ARN}\n      reaches nobody.\n"


def test_wrapped_lines_end_without_blanks() -> None:
    written = io.StringIO()
    print_heading(Screen(file=written, width=20), "A title of some words", "What follows, word by word.")

    lines = written.getvalue().splitlines()
    assert lines == ["", "A title of some", "words", "What follows, word", "by word.", ""]
