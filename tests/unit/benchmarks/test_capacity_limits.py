"""The model of what breaks first, against loads worked out by hand."""

from benchmarks.capacity_limits import Measured, Part, Stack, least_partitions, parts

STACK = Stack(
    journal_memory=1769,
    batch_size=1_000,
    journal_seconds=60,
    posting_seconds=150,
    posting_memory=1769,
    posting_timeout=120,
    assessment_timeout=240,
)
MEASURED = Measured(
    journal_micros=50,
    page_bytes=10,
    entry_units=0.1,
    posting_micros=2,
    posting_bytes=50,
    assessment_millis=100,
    read_bytes_a_second=10e6,
    request_seconds=0.01,
)


def named(rate: int, partitions: int = 1) -> dict[str, Part]:
    return {part.name: part for part in parts(rate, partitions, MEASURED, STACK)}


def test_journaling_takes_cpu_and_waits_for_its_puts() -> None:
    # 1,000 x 50 us, and 101 rows in five requests of 10 ms: 0.1 s for each of ten batches a second.
    assert round(named(10_000)["journaling calls at once"].load, 6) == 1.0


def test_lambda_gathers_five_batches_or_as_many_as_it_needs() -> None:
    # 1,000 a second: five batches of 1,000, and what is journaled meanwhile, 100; 100,000: ten batches.
    assert named(1_000)["queue, messages in flight"].load == 5_100
    assert named(100_000)["queue, messages in flight"].load == 20_000


def test_an_hour_is_read_and_counted_a_partition_at_a_time() -> None:
    # 36 million facts: 360 MB at 10 MB/s, and 72 s of CPU.
    assert named(10_000)["posting a partition, time"].load == 36 + 72
    assert named(10_000, partitions=4)["posting a partition, time"].load == 9 + 18


def test_one_call_posts_all_the_partitions_of_its_shard() -> None:
    # Eight partitions of 13.5 s in four shards: two to a shard.
    assert named(10_000, partitions=8)["one call for a shard's partitions, time"].load == 27


def test_partitions_divide_the_writes_of_an_hour() -> None:
    # 100,000 facts of 10 bytes: 977 units a second.
    assert round(named(100_000)["partition of an hour's pages, writes"].load) == 977
    assert round(named(100_000, partitions=8)["partition of an hour's pages, writes"].load) == 122


def test_as_many_partitions_are_named_as_keep_every_part_of_an_hour_within_its_limit() -> None:
    assert least_partitions(1_000, MEASURED, STACK) == 1
    # 1,080 s in one partition: 67.5 s in 16, and 135 s, too long, in 8.
    assert least_partitions(100_000, MEASURED, STACK) == 16


def test_the_template_is_read() -> None:
    stack = Stack.of_template()
    assert (stack.posting_timeout, stack.journal_memory) == (120, 1024)
