"""The window of an account is read from its mail, its rates and the stack's parameters, and printed."""

from datetime import timedelta

import pytest

from console.reports.explained.account_window import account_window_to_json, print_account_window
from console.stack.account_window import AccountWindow, read_account_window
from console.terminal.screen import open_screen
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.rates.window_fit import NoFit, WindowFit
from ses_reputation.rollup.entities import ReputationEntity, account_entity
from ses_reputation.statistics.send_statistics import SendStatistics
from tests.support.balances import posted_balance
from tests.unit.console.running import undocumented
from tests.unit.console.standings import AGENCY, AGENCY_ENTITY, IDENTITY_ENTITY, NOW, OWN, Ledger, hour_back

HOURS = 24 * 45
FIT = WindowFit(volume=12_357, low=11_800, high=13_000, share=1.0, misfit=0.012, points=112)


def bounces_of(at: int) -> int:
    """A bounce rate that changes from day to day, between 1 and 7 of 100."""
    return 1 + (at // 24 * 5) % 7


def ledger_of(volume: int) -> Ledger:
    """100 mails an hour of one account, and what SES publishes of it: the mean over the latest `volume`."""
    bounces = [bounces_of(at) for at in range(HOURS)]
    balances = []
    for at in range(HOURS):
        counted = {"newsletter": {"gmail": {"sent": 100, "bounced_permanent_no_email": bounces[at]}}}
        balances.append(posted_balance(SenderHour(*AGENCY, hour_back(NOW, HOURS - at)), counts=counted))
    # Up to the middle of an hour: of the hour itself, and of the first, half.
    rates = {
        hour_back(NOW, HOURS - at): round(
            (sum(bounces[at - volume // 100 : at]) + (bounces[at] - bounces[at - volume // 100]) / 2)
            / volume,
            6,
        )
        for at in range(HOURS - 24 * 14, HOURS, 6)
    }
    statistics = SendStatistics(*AGENCY[:2], NOW - timedelta(minutes=20), {}, bounce_rates=rates)
    return Ledger(balances=balances, statistics=[statistics])


def test_the_window_is_fitted_to_the_accounts_mail() -> None:
    window = read_account_window(ledger_of(5_000), AGENCY_ENTITY, {}, NOW)

    assert window is not None
    assert window.volume == 10_000
    assert isinstance(window.fit, WindowFit)
    assert window.fit.low <= 5_000 <= window.fit.high
    assert window.fit.share == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("parameters", "volume"),
    [
        ({}, 10_000),
        ({"VolumeWindow": "20000", "AccountVolumeWindows": ""}, 20_000),
        ({"AccountVolumeWindows": "444455556666=12378"}, 12_378),
        ({"AccountVolumeWindows": "444455556666/eu-west-1=12378"}, 10_000),
    ],
)
def test_the_volume_is_the_stacks_or_the_accounts_own(parameters: dict[str, str], volume: int) -> None:
    window = read_account_window(Ledger(), AGENCY_ENTITY, parameters, NOW)

    assert window == AccountWindow(volume, NoFit.FEW_RATES)


def test_the_rates_of_another_region_tell_nothing() -> None:
    ledger = ledger_of(5_000)

    window = read_account_window(ledger, account_entity(AGENCY.account, "eu-west-1"), {}, NOW)

    assert window == AccountWindow(10_000, NoFit.FEW_RATES)
    assert read_account_window(ledger, account_entity(*OWN[:2]), {}, NOW) == window


def test_an_identity_has_no_window_of_its_own() -> None:
    assert read_account_window(Ledger(), IDENTITY_ENTITY, {}, NOW) is None
    assert account_window_to_json(None) is None


def printed(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    window: AccountWindow,
    entity: ReputationEntity = AGENCY_ENTITY,
) -> str:
    monkeypatch.setenv("COLUMNS", "80")
    print_account_window(open_screen(), entity, window)
    return " ".join(capsys.readouterr().out.split())


def test_a_window_that_fits_better_is_proposed_with_how_well_it_fits(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = printed(capsys, monkeypatch, AccountWindow(10_000, FIT))

    assert text == (
        "Window: 10,000 sends SES's own bounce rate of the last four weeks runs most like the ledger's over "
        "12,357 sends (11,800 to 13,000 do as well): of 112 rates, each is typically 1.2 % of itself away. "
        "Propose: AccountVolumeWindows=444455556666/us-east-1=12357. SES's console shows it: Reputation "
        "metrics, Messages sent."
    )


def test_where_the_window_is_right_nothing_is_proposed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Propose" not in printed(capsys, monkeypatch, AccountWindow(12_378, FIT))


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (
            0.9,
            "SES counts about 90 % of the bounces that the ledger counts: it leaves out those",
        ),
        (1.1, "SES counts about 10 % more bounces than the ledger, or fewer sends"),
    ],
)
def test_what_ses_counts_otherwise_is_said(
    share: float, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = WindowFit(12_357, 11_800, 13_000, share, 0.012, 112)

    assert said in printed(capsys, monkeypatch, AccountWindow(12_378, fit))
    assert "SES counts" not in printed(capsys, monkeypatch, AccountWindow(12_378, FIT))


@pytest.mark.parametrize("reason", NoFit)
def test_where_none_is_proposed_the_reason_is_said_and_where_the_number_stands(
    reason: NoFit, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = printed(capsys, monkeypatch, AccountWindow(10_000, reason))

    assert "Propose" not in text
    assert text.endswith("SES's console shows it: Reputation metrics, Messages sent.")


def test_every_field_of_a_window_is_documented() -> None:
    fields = account_window_to_json(AccountWindow(10_000, FIT))

    assert fields is not None
    assert fields["fit"] == {
        "volume": 12_357,
        "low": 11_800,
        "high": 13_000,
        "share": 1.0,
        "misfit": 0.012,
        "points": 112,
    }
    reasons = [account_window_to_json(AccountWindow(10_000, reason)) for reason in NoFit]
    assert not undocumented(
        fields, fields["fit"], *({each["fit"]["reason"]: None} for each in reasons if each)
    )
