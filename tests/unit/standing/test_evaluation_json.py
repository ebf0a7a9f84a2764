"""An evaluation as JSON: standings, rates of four windows, headroom, causes and the worst slices."""

import json

from ses_reputation.rates.rates import Rate
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.standing.evaluation import evaluate_standing
from ses_reputation.standing.evaluation_json import evaluation_to_json
from tests.support.mail import history_of, hour_ago, mail

RULES = StandingRules()


def test_evaluations_are_shown_as_plain_json() -> None:
    history = history_of([mail(0, 6_000, 90), mail(30, 4_000, 10), mail(200, 500)])

    view = evaluation_to_json(evaluate_standing(history, {}, RULES), history)

    assert json.loads(json.dumps(view)) == view
    bounces = view["bounces"]
    assert list(view) == ["bounces", "complaints"]
    assert (bounces["standing"], bounces["sends"], bounces["events"]) == ("healthy", 10_000, 100)
    assert bounces["rate"] == Rate(100, 10_000).to_json()
    assert bounces["headroom"][0] == {
        "standing": "watch",
        "threshold": 0.02,
        "more_events": 100,
        "clean_sends": 0,
    }
    assert bounces["all_mail"] is None
    assert bounces["causes"][0]["name"] == "newsletter"
    assert bounces["slices"][0] == {
        "kind": "identity",
        "name": "example.com",
        "sends": 10_000,
        "events": 100,
        "rate": Rate(100, 10_000).to_json(),
        "standing": "healthy",
    }
    assert view["complaints"]["all_mail"] == Rate(0, 10_000).to_json()


def test_the_rates_of_all_four_windows_are_shown() -> None:
    history = history_of([mail(0, 6_000, 90), mail(30, 4_000, 10), mail(200, 500, 50)])

    windows = evaluation_to_json(evaluate_standing(history, {}, RULES), history)["bounces"]["windows"]

    assert {
        asked: (window["hours"], window["is_full"], window["events"], window["sends"])
        for asked, window in windows.items()
    } == {
        "volume": (31, True, 100, 10_000),
        "24h": (24, True, 90, 6_000),
        "7d": (168, True, 100, 10_000),
        "30d": (720, True, 150, 10_500),
    }
    assert windows["volume"] == {
        "first_hour": hour_ago(30),
        "last_hour": hour_ago(0),
        "hours": 31,
        "days": 1.3,
        "is_full": True,
        "sends": 10_000,
        "events": 100,
        "rate": Rate(100, 10_000).to_json(),
    }
    assert windows["30d"]["rate"] == Rate(150, 10_500).to_json()


def test_an_entity_that_cannot_be_rated_is_shown_with_nulls() -> None:
    history = history_of([])

    bounces = evaluation_to_json(evaluate_standing(history, {}, RULES), history)["bounces"]

    assert (bounces["standing"], bounces["rate"], bounces["headroom"]) == (None, None, [])
    assert bounces["windows"]["24h"]["rate"] is None


def test_of_many_parts_the_worst_are_shown_and_the_others_counted() -> None:
    history = history_of([mail(0, 1_000, number, name=f"set-{number:02}") for number in range(14)])

    bounces = evaluation_to_json(evaluate_standing(history, {}, RULES), history)["bounces"]

    view = [
        mail_slice["name"] for mail_slice in bounces["slices"] if mail_slice["kind"] == "configuration_set"
    ]
    assert view == [f"set-{number:02}" for number in range(13, 3, -1)]
    assert bounces["slices_left_out"] == 4
    assert [mail_slice["name"] for mail_slice in bounces["slices"] if mail_slice["kind"] == "provider"] == [
        "other"
    ]
