"""Policies as files: what is written can be read, and fits what SES takes however it is sent."""

import json
from pathlib import Path

import pytest

from console.actions.policy_files import read_files, write_files
from console.errors import ConsoleError


def policy_of(size: int) -> dict[str, object]:
    bare = {"Version": "2012-10-17", "Id": "", "Statement": [{"Effect": "Allow"}]}
    length = len(json.dumps(bare, separators=(",", ":")))
    return {**bare, "Id": "x" * (size - length)}


@pytest.mark.parametrize("size", [100, 3900, 4050, 4096])
def test_a_file_is_what_was_drafted_and_has_at_most_4_kb(size: int, tmp_path: Path) -> None:
    """Whether SES counts white space is not documented, and others' tools send a file as it is."""
    (path,) = write_files(tmp_path, {"Courier": policy_of(size)})

    assert path.name == "Courier.json"
    assert path.stat().st_size <= 4096
    assert json.loads(read_files([path])["Courier"]) == policy_of(size)


def test_a_small_policy_is_written_for_people(tmp_path: Path) -> None:
    (path,) = write_files(tmp_path, {"Courier": policy_of(100)})

    assert path.read_text().count("\n") > 5


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "Courier.json"
    path.write_bytes(b"\xef\xbb\xbf{}")

    assert read_files([path]) == {"Courier": "{}"}


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    path = tmp_path / "Courier.json"
    path.write_bytes(b"\xff")
    with pytest.raises(ConsoleError, match=r"Courier\.json cannot be read"):
        read_files([path])
    with pytest.raises(ConsoleError, match="cannot be written"):
        write_files(path, {"Courier": {}})
    with pytest.raises(ConsoleError, match=r"absent\.json cannot be read: No such file or directory\.$"):
        read_files([tmp_path / "absent.json"])


def test_two_files_of_one_name_are_two_policies_of_one_name(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_files(tmp_path / folder, {"Courier": {}})

    with pytest.raises(ConsoleError, match=r"Two files are named Courier\.json"):
        read_files([tmp_path / "a" / "Courier.json", tmp_path / "b" / "Courier.json"])
