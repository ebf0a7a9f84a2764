"""`providers` compares delays with usual ones, for each identity by default, and lists the warm-up by day."""

from datetime import timedelta

import pytest

from console.commands import providers
from console.reports.providers import print_providers
from console.reports.warm_up import print_warm_up
from console.terminal.screen import open_screen
from ses_reputation.delivery.delays import DelayCounts, ProviderView, view_providers
from ses_reputation.delivery.warm_up import Stream, WarmUpDay, view_warm_up
from ses_reputation.ledger.hour_balance import gather_hours
from ses_reputation.rollup.day_balance import day_balances_of
from tests.unit.console.running import read_json, read_screen, run_on, undocumented
from tests.unit.console.standings import AGENCY, NOW, Ledger, make_balances

HOURS = [hour for hour in gather_hours(make_balances()) if hour.sender_hour[:3] == AGENCY]
DAYS = day_balances_of(HOURS)
PROVIDERS = """
Identity example.com
The last 24 hours by mailbox provider.

                                          then    then still
provider  sends      delayed usually delivered bounced  open   p50   p95
Gmail     1,440            0   0.0 %         -       -     -  10 s  10 s
Microsoft   480 160 (33.3 %)   0.0 %        80       -    80  10 s   1 h
Yahoo       240            0   0.0 %         -       -     - 1 min 1 min

What became of it
            all
provider  sends      delivered waiting      bounced
Gmail     1,440 1,248 (86.7 %)       0 164 (11.4 %)
Microsoft   480   376 (78.3 %)       0            0
Yahoo       240  240 (100.0 %)       0            0

Delay types
  Microsoft: IPFailure 160 (100 %)."""
WARM_UP = """
Warm-up
By configuration set, mailbox provider and UTC day: volume, and the shares
delayed and bounced.

                                   sends delayed bounced volume
newsletter, 444455556666 us-east-1
  Gmail
    2026-11-21                     1,440   0.0 %   6.0 % ####################
    2026-11-22                       660   0.0 %  13.3 % #########
  Microsoft
    2026-11-21                       480  15.0 %   0.0 % ####################
    2026-11-22                       220  40.0 %   0.0 % #########
receipts, 444455556666 us-east-1
  Yahoo
    2026-11-21                       240   0.0 %   0.0 % ####################
    2026-11-22                       110   0.0 %   0.0 % #########"""


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger()


def printed_text(capsys: pytest.CaptureFixture[str]) -> str:
    return "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines())


def test_each_provider_has_a_row_and_its_mix_of_delays(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    print_providers(open_screen(), "identity example.com", view_providers(HOURS, DAYS, NOW))

    assert printed_text(capsys) == PROVIDERS


def test_a_section_without_mail_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_providers(open_screen(), "identity example.com", [])

    assert "No mail in the last 24 hours, nor in the week before." in printed_text(capsys)


def test_the_warm_up_is_listed_by_set_provider_and_day(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    print_warm_up(open_screen(), view_warm_up(day for day in DAYS if day.day >= "2026-11-21"))

    assert printed_text(capsys) == WARM_UP


def test_of_many_streams_those_that_send_most_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    days = [
        WarmUpDay(
            Stream("444455556666", "us-east-1", f"set-{number:02}", "gmail"), "2026-11-22", number, 0, 0
        )
        for number in range(15)
    ]
    print_warm_up(open_screen(), days)
    printed = printed_text(capsys)

    assert "set-03," in printed
    assert "set-02," not in printed
    assert printed.endswith("3 more with less mail: see --json.")


def test_a_day_without_sends_has_no_bar_and_no_share(capsys: pytest.CaptureFixture[str]) -> None:
    stream = Stream("444455556666", "us-east-1", "(none)", "other")
    print_warm_up(open_screen(), [WarmUpDay(stream, "2026-11-22", 0, 0, 2)])
    printed = printed_text(capsys)

    assert "no configuration set, 444455556666 us-east-1\n  Other providers" in printed
    assert printed.splitlines()[-1].split() == ["2026-11-22", "-", "-", "-"]


def test_by_itself_there_is_a_section_for_each_identity(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = read_json(run_on(monkeypatch, providers, ledger, "providers", "--json"))

    assert [(each["kind"], each["identity"]) for each in document["sections"]] == [
        ("identity", "example.com"),
        ("identity", "tiny.example.org"),
    ]
    gmail, microsoft, yahoo = document["sections"][0]["providers"]
    assert [gmail["provider"], microsoft["provider"], yahoo["provider"]] == ["gmail", "microsoft", "yahoo"]
    assert gmail["recent"]["sends"] == 24 * (60 + 50)
    assert microsoft["recent"]["delayed_share"] == pytest.approx(1 / 3)
    assert microsoft["usual"]["delayed_share"] == 0


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (
            ["--account", "444455556666"],
            {"kind": "account", "account": "444455556666", "region": "us-east-1"},
        ),
        (
            ["--region", "eu-west-1"],
            {"kind": "identity", "identity": "tiny.example.org", "region": "eu-west-1"},
        ),
        (
            ["--account", "444455556666", "--identity", "example.com"],
            {"kind": "sender", "account": "444455556666", "identity": "example.com"},
        ),
        (
            ["--account", "444455556666", "--region", "us-east-1", "--identity", "example.com"],
            {
                "kind": "sender",
                "account": "444455556666",
                "region": "us-east-1",
                "identity": "example.com",
            },
        ),
    ],
)
def test_options_choose_the_sections(
    options: list[str], names: dict[str, str], ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    (section,) = read_json(run_on(monkeypatch, providers, ledger, "providers", *options, "--json"))[
        "sections"
    ]

    assert section.pop("providers")
    assert section == names


def test_a_deferral_is_listed_with_its_identity_only(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = read_screen(run_on(monkeypatch, providers, ledger, "providers", "--identity", "example.com"))
    of_account = read_screen(run_on(monkeypatch, providers, ledger, "providers", "--account", "444455556666"))

    assert "Microsoft is deferring example.com" in screen
    assert "The bounce rate" not in screen
    assert "p50, p95: half and 95 % of the" in screen
    assert "deferring" not in of_account


def test_warm_up_reads_as_many_days_as_asked(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    options = ("providers", "--warm-up", "--account", "444455556666")
    two = read_json(run_on(monkeypatch, providers, ledger, *options, "--days", "2", "--json"))["days"]
    usual = read_json(run_on(monkeypatch, providers, ledger, *options, "--json"))["days"]

    assert len(two) == 2 * 3
    assert len({day["day"] for day in usual}) == 11
    assert two[0].keys() >= {"account", "configuration_set", "provider", "day", "delay_share", "bounce_share"}
    assert "Warm-up" in read_screen(run_on(monkeypatch, providers, ledger, *options))


def test_warm_up_of_days_without_mail_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    past = Ledger(NOW - timedelta(days=20))

    assert read_screen(run_on(monkeypatch, providers, past, "providers", "--warm-up", "--days", "3")) == (
        "No mail in these days."
    )


def test_days_without_warm_up_are_refused(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run_on(monkeypatch, providers, ledger, "providers", "--days", "3")

    assert result.exit_code == 2
    assert "--days goes with --warm-up" in " ".join(result.stderr.split())


def test_every_field_is_documented(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    sections = read_json(run_on(monkeypatch, providers, ledger, "providers", "--json"))["sections"]
    days = read_json(run_on(monkeypatch, providers, ledger, "providers", "--warm-up", "--json"))["days"]
    view = sections[0]["providers"][0]

    assert not undocumented(sections[0], view, view["recent"], view["recent"]["p50"], days[0])


def test_delay_types_are_listed_of_the_five_that_delay_most(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("gmail", "yahoo", "apple", "proton", "zoho", "qq")
    views = [
        ProviderView(name, DelayCounts(sends=100, delayed=place, types={"General": place}), DelayCounts())
        for place, name in enumerate(names, 1)
    ]
    print_providers(open_screen(), "identity example.com", views)
    printed = printed_text(capsys)

    assert printed.index("QQ: General 6") < printed.index("Yahoo: General 2")
    assert "Gmail: General" not in printed
