"""The window that an account is rated over, and the one that SES seems to go by, as commands print both."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console

from console.stack.account_window import AccountWindow
from console.terminal.screen import print_indented, print_title
from ses_reputation.rates.window_fit import NoFit, WindowFit
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.wording import count, percent

_WHY_NOT: Mapping[NoFit, str] = {
    NoFit.FEW_RATES: "SES published too few bounce rates in the last four weeks to tell its window by.",
    NoFit.FLAT: "SES's own bounce rate moves too little to tell its window: very different ones do as well.",
    NoFit.BEYOND: "SES's window may be larger than the mail that the ledger knows.",
    NoFit.UNLIKE: (
        "With no window does the ledger's bounce rate run like SES's: the two count different mail, or SES "
        "changed its window in the last four weeks."
    ),
}
_WHERE_SHOWN = "SES's console shows it: Reputation metrics, Messages sent."
# Below and above these shares, what the two count differs by more than a fit's error.
_FEWER, _MORE = 0.97, 1.03


def account_window_to_json(window: AccountWindow | None) -> dict[str, Any] | None:
    """Return plain JSON: `volume`, and in `fit` the fields of a fit, or `reason` where there is none."""
    if window is None:
        return None
    fit = {"reason": str(window.fit)} if isinstance(window.fit, NoFit) else asdict(window.fit)
    return {"volume": window.volume, "fit": fit}


def print_account_window(screen: Console, entity: ReputationEntity, window: AccountWindow) -> None:
    """Print the volume that an account is rated over, and that which SES seems to go by."""
    print_title(screen, f"Window: {count(window.volume, 'send')}")
    for remark in _remarks(entity, window):
        print_indented(screen, remark)


def _remarks(entity: ReputationEntity, window: AccountWindow) -> Iterator[str]:
    if isinstance(window.fit, NoFit):
        yield f"{_WHY_NOT[window.fit]} {_WHERE_SHOWN}"
        return
    fit = window.fit
    yield (
        "SES's own bounce rate of the last four weeks runs most like the ledger's over "
        f"{count(fit.volume, 'send')} ({count(fit.low)} to {count(fit.high)} do as well): of "
        f"{count(fit.points)} rates, each is typically {percent(fit.misfit, 1)} of itself away."
    )
    if not fit.low <= window.volume <= fit.high:
        yield f"Propose: AccountVolumeWindows={entity.name}/{entity.region}={fit.volume}. {_WHERE_SHOWN}"
    yield from _describe_share(fit)


def _describe_share(fit: WindowFit) -> Iterator[str]:
    if fit.share <= _FEWER:
        yield (
            f"SES counts about {percent(fit.share, 0)} of the bounces that the ledger counts: it leaves out "
            "those because of blocked IPs, and those to domains that you have verified."
        )
    elif fit.share >= _MORE:
        yield (
            f"SES counts about {percent(fit.share - 1, 0)} more bounces than the ledger, or fewer sends: "
            "events may be missing."
        )
