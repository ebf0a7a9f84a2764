"""DynamoDB's arithmetic, against sizes worked out by hand."""

import pytest

from benchmarks.capacity import Index, read_units, size_of_item, size_of_value, write_units
from benchmarks.metered_tables import MeteredTable, ledger_table

BY_RECIPIENT = Index("by_recipient", ["recipient", "occurred_at"], copies_all=True)
BY_IDENTITY = Index("by_identity", ["identity", "sk"], copies_all=False)


def test_an_items_size_is_that_of_its_names_and_values() -> None:
    # pk: 2 + 9, sk: 2 + 16, page: 4 + 1000, version: 7 + 2, expires_at: 10 + 6
    journal_page = {
        "pk": {"S": "JOURNAL#1"},
        "sk": {"S": "0123456789abcdef"},
        "page": {"B": bytes(1000)},
        "version": {"N": "1"},
        "expires_at": {"N": "1811808000"},
    }
    # expires_at: 1811808 has seven significant digits once trailing zeros are off: 1 + 4 bytes
    assert size_of_item(journal_page) == (2 + 9) + (2 + 16) + (4 + 1000) + (7 + 2) + (10 + 5)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "bücher"}, 7),
        ({"N": "0"}, 2),
        ({"N": "12"}, 2),
        ({"N": "123"}, 3),
        ({"N": "-123"}, 4),
        ({"N": "1200"}, 2),
        ({"BOOL": True}, 1),
        ({"SS": ["ab", "c"]}, 3),
        ({"L": []}, 3),
        ({"L": [{"S": "news"}, {"S": "shop"}]}, 3 + 2 * (1 + 4)),
        ({"M": {"gmail": {"N": "12"}}}, 3 + 1 + 5 + 2),
        ({"M": {"a": {"M": {"b": {"N": "1"}}}}}, 3 + 1 + 1 + (3 + 1 + 1 + 2)),
    ],
)
def test_a_values_size_follows_its_type(value: dict[str, object], size: int) -> None:
    assert size_of_value(value) == size


def test_a_type_without_a_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="no rule"):
        size_of_value({"NS": ["1"]})


def test_units_are_begun_kilobytes() -> None:
    assert [write_units(size) for size in (1, 1024, 1025, 8_192, 8_193)] == [1, 1, 2, 8, 9]
    assert [read_units(size) for size in (0, 4096, 4097, 1_048_576)] == [1, 1, 2, 256]


def test_an_index_takes_only_items_that_have_its_keys() -> None:
    assert BY_RECIPIENT.write_units(None, {"pk": {"S": "a"}, "sk": {"S": "b"}}, 4) == 0


def test_an_index_of_keys_is_not_written_again_when_other_attributes_change() -> None:
    before = {"pk": {"S": "a"}, "sk": {"S": "b"}, "identity": {"S": "c"}, "pages": {"N": "1"}}
    assert BY_IDENTITY.write_units(None, before, 3_000) == 1
    assert BY_IDENTITY.write_units(before, {**before, "pages": {"N": "2"}}, 3_000) == 0


def test_moving_within_an_index_costs_a_deletion_and_a_put() -> None:
    before = {"pk": {"S": "a"}, "sk": {"S": "b"}, "recipient": {"S": "c"}, "occurred_at": {"S": "1"}}
    after = {**before, "occurred_at": {"S": "2"}, "note": {"S": "n" * 1_500}}
    assert BY_RECIPIENT.write_units(before, after, size_of_item(after)) == 1 + 2


def test_a_put_over_a_larger_item_costs_the_larger() -> None:
    table = MeteredTable(["pk"])
    table.put({"pk": {"S": "a"}, "note": {"S": "n" * 3_000}})
    table.put({"pk": {"S": "a"}})
    assert table.write_units["table"] == 3 + 3


def test_the_ledgers_index_is_that_of_the_template() -> None:
    assert {index.name: index.copies_all for index in ledger_table().indexes} == {"by_recipient": False}


def test_an_entry_is_put_in_the_index_by_recipient_and_a_page_is_not() -> None:
    table = ledger_table()
    table.put(
        {"pk": {"S": "MESSAGE#a"}, "sk": {"S": "b"}, "recipient": {"S": "c"}, "occurred_at": {"S": "1"}}
    )
    table.put({"pk": {"S": "JOURNAL#a"}, "sk": {"S": "b"}, "page": {"B": bytes(2_000)}})
    assert table.write_units == {"table": 1 + 2, "by_recipient": 1}


def test_storage_is_charged_for_each_copy_of_an_item_and_a_hundred_bytes_more() -> None:
    entry = {"pk": {"S": "MESSAGE#a"}, "sk": {"S": "b"}, "recipient": {"S": "c"}, "occurred_at": {"S": "1"}}
    # 11, 3, 10 and 12 bytes: all four attributes are keys, of the table or of the index.
    assert ledger_table().stored_bytes(entry) == 2 * (36 + 100)
