"""The benchmark of drift finds what its lists and its ledger were made to differ in."""

from benchmarks.suppression_drift import measure


def test_every_difference_is_found_and_counted() -> None:
    addresses, entries, *_, found, proposed = measure(1_000)

    # 200 hard bounces, and of each hundredth two things more, and three soft bounces.
    assert (addresses, entries) == ("1,000", "250")
    # 10 lacking elsewhere, 10 missing, 10 delivered to on two lists each, 10 with soft bounces.
    assert found == "50"
    # 10 to the other list; of whole lists 10 each way, and 5 that become complaints.
    assert proposed == "35"
