"""Files as SES's import jobs take them."""

import json

from ses_reputation.suppression.restore.actions import ListChange, Operation
from ses_reputation.suppression.restore.import_files import make_import_files
from ses_reputation.suppression.targets import Target

TARGET = Target("222222222222", "eu-west-1")


def put(number: int) -> ListChange:
    return ListChange(f"{number:07d}@example.com", Operation.PUT, "BOUNCE")


def delete(number: int) -> ListChange:
    return ListChange(f"{number:07d}@example.com", Operation.DELETE)


def test_a_file_has_one_json_object_a_line_and_no_header() -> None:
    odd = ListChange('a/b,"ö"@example.com', Operation.PUT, "COMPLAINT")
    (file,) = make_import_files(TARGET, "action-1", [odd, put(1)])

    assert file.body == (
        b'{"emailAddress":"a/b,\\"\\u00f6\\"@example.com","reason":"COMPLAINT"}\n'
        b'{"emailAddress":"0000001@example.com","reason":"BOUNCE"}\n'
    )
    assert json.loads(file.body.splitlines()[0])["emailAddress"] == odd.email_address


def test_a_deletion_names_the_address_alone() -> None:
    (file,) = make_import_files(TARGET, "action-1", [delete(1)])

    assert (file.operation, file.body) == ("DELETE", b'{"emailAddress":"0000001@example.com"}\n')


def test_no_file_has_more_than_100_000_puts_or_10_000_deletes() -> None:
    changes = [put(number) for number in range(250_000)] + [delete(number) for number in range(20_001)]
    files = list(make_import_files(TARGET, "action-1", changes))

    assert [(file.operation, file.records) for file in files] == [
        ("PUT", 100_000),
        ("PUT", 100_000),
        ("PUT", 50_000),
        ("DELETE", 10_000),
        ("DELETE", 10_000),
        ("DELETE", 1),
    ]
    records = [json.loads(line)["emailAddress"] for file in files for line in file.body.splitlines()]
    assert records == [change.email_address for change in changes]


def test_the_files_of_an_account_lie_below_its_number_and_hold_no_address_in_their_keys() -> None:
    files = list(make_import_files(TARGET, "action-1", [put(1), delete(2)]))

    assert [file.key for file in files] == [
        "suppression/imports/222222222222/eu-west-1/action-1/put-00001.ndjson",
        "suppression/imports/222222222222/eu-west-1/action-1/delete-00001.ndjson",
    ]
