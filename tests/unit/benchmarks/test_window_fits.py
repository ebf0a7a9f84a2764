"""The simulated SES that fits are tried on, and what they say of it."""

from benchmarks.window_fits import SES, Account, Fits, Sending, measure


def test_a_window_is_found_again_where_ses_publishes_what_it_says() -> None:
    fits = measure(Account(Sending.WANDERING, 2_000, 12_378), SES[0], trials=3)

    assert (fits.trials, fits.proposals, fits.right) == (3, 3, 3)
    assert fits.worst_error < 0.06


def test_no_window_is_proposed_where_ses_leaves_out_days_of_blocked_mail() -> None:
    assert measure(Account(Sending.STEADY, 10_000, 12_378), SES[-1], trials=3) == Fits(3, 0, 0, 0.0)
