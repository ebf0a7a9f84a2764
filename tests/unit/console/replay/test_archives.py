"""An archive is counted to the last message; what no queue takes is named, and nothing ends silently."""

import gzip
import json
from pathlib import Path

import pytest

from console.errors import ConsoleError
from console.replay.archives import (
    MOST_BYTES,
    Unsendable,
    find_files,
    read_messages,
    split_unsendable,
    survey_files,
)
from ses_reputation.feedback.archive import ArchivedMessage

BODY = '{"Type": "Notification"}'


def write_bodies(path: Path, *bodies: str) -> Path:
    path.write_text("\n".join(json.dumps({"body": body}) for body in bodies))
    return path


def test_folders_are_searched_and_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    files = [write_bodies(tmp_path / name, BODY) for name in ("a.json", "b", "deeper/c.ndjson.gz")]

    assert find_files([tmp_path, files[0]]) == files


def test_a_path_that_does_not_exist_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(ConsoleError, match=r"no file or folder .*missing: nothing was replayed"):
        find_files([tmp_path, tmp_path / "missing"])


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConsoleError, match="no file in"):
        find_files([tmp_path])


def test_bodies_come_as_they_are(tmp_path: Path) -> None:
    path = write_bodies(tmp_path / "a", BODY, "not JSON")

    assert list(read_messages(path)) == [ArchivedMessage(BODY), ArchivedMessage("not JSON")]


def test_a_body_as_large_as_a_queue_takes_is_sent_and_a_larger_one_named(tmp_path: Path) -> None:
    path = write_bodies(tmp_path / "a", "x" * MOST_BYTES, "x" * (MOST_BYTES + 1))

    first, second = read_messages(path)

    assert isinstance(first, ArchivedMessage)
    assert second == Unsendable(path, 2, "it has 1,048,577 bytes, and a queue takes 1,048,576")


def test_an_empty_body_is_named(tmp_path: Path) -> None:
    path = write_bodies(tmp_path / "a", "")

    assert list(read_messages(path)) == [Unsendable(path, 1, "it is empty")]


def test_half_a_character_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text('{"body": "\\ud83d"}')

    assert list(read_messages(path)) == [Unsendable(path, 1, "it holds half a character (a lone surrogate)")]


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "image"
    path.write_bytes(b"\x89PNG\xff\xfe\x00")

    assert list(read_messages(path)) == [
        Unsendable(path, 1, "the rest cannot be read (it is not UTF-8 text)")
    ]


def test_a_gzip_that_ends_early_gives_what_it_holds_and_names_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    lines = "".join(json.dumps({"body": f"message {n} " + "x" * n}) + "\n" for n in range(20_000))
    whole = gzip.compress(lines.encode())
    path.write_bytes(whole[: len(whole) // 2])

    *read, last = read_messages(path)

    assert read
    assert all(isinstance(each, ArchivedMessage) for each in read)
    assert last == Unsendable(path, len(read) + 1, "the rest cannot be read (the gzip stream ends early)")


def test_a_damaged_gzip_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(b"\x1f\x8b" + b"damaged" * 10)

    (only,) = read_messages(path)

    assert isinstance(only, Unsendable)


@pytest.mark.parametrize("depth", [10, 300, 600, 900, 5_000])
def test_what_is_nested_too_deeply_still_counts_as_one_message(tmp_path: Path, depth: int) -> None:
    path = tmp_path / "deep"
    path.write_text("[" * depth + '{"a": 1}' + "]" * depth)

    assert sum(1 for _ in read_messages(path)) == 1


def test_a_survey_counts_what_can_be_sent_and_what_cannot(tmp_path: Path) -> None:
    files = [write_bodies(tmp_path / "a", BODY, ""), write_bodies(tmp_path / "b", BODY)]
    unsendable: list[Unsendable] = []

    *_, survey = survey_files(files)

    assert list(split_unsendable(files, unsendable)) == [BODY, BODY]
    assert survey.messages == 3
    assert [each.path for each in unsendable] == [files[0]]


def test_accounts_of_events_without_envelope_are_found_and_no_others(tmp_path: Path) -> None:
    mail = {"sourceArn": "arn:aws:ses:us-east-1:111122223333:identity/example.com"}
    events = [
        {"eventType": "Send", "mail": mail | {"sendingAccountId": "444455556666"}},
        {"notificationType": "Bounce", "mail": mail | {"sendingAccountId": "777788889999"}},
        {"eventType": "Send", "mail": {"sendingAccountId": "no account"}},
        {"body": json.dumps({"Type": "Notification", "TopicArn": "arn:aws:sns:us-east-1:999900001111:t"})},
    ]
    path = tmp_path / "events"
    path.write_text(json.dumps(events))

    (survey,) = survey_files([path])

    assert dict(survey.owners) == {"111122223333": 1}
    assert dict(survey.senders) == {"444455556666": 1}
