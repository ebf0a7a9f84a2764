"""The record of consumed messages gives back what was written, of one queue, as far as it is written."""

from pathlib import Path

from console.local_aws.ministack.consumed_record import ConsumedMessage, read_record

FIRST = ConsumedMessage("arn:one", "1", "a line\nand another: \u00e9 \U0001f4ec", 1)
SECOND = ConsumedMessage("arn:one", "2", "", 3)
OTHER = ConsumedMessage("arn:other", "3", "x", 1)


def test_messages_of_a_queue_come_back_as_they_were(tmp_path: Path) -> None:
    record = tmp_path / "record"
    record.write_text("".join(message.as_line() for message in (FIRST, OTHER, SECOND)), encoding="ascii")

    assert list(read_record(record, "arn:one")) == [FIRST, SECOND]


def test_a_line_that_is_still_being_written_is_left_out(tmp_path: Path) -> None:
    record = tmp_path / "record"
    record.write_text(FIRST.as_line() + SECOND.as_line()[:-1], encoding="ascii")

    assert list(read_record(record, "arn:one")) == [FIRST]


def test_nothing_was_consumed_where_there_is_no_record(tmp_path: Path) -> None:
    assert list(read_record(tmp_path / "record", "arn:one")) == []
