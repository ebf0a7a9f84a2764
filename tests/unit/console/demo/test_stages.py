"""The day is cut by the time of arrival, and nothing of it is lost."""

from datetime import UTC, datetime, timedelta

from console.demo.stages import divide
from console.demo.traffic import generate_day, generate_traffic

ENDS_AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
DAY = generate_day(1, ENDS_AT, mails=300)


def test_stages_follow_each_other_over_the_whole_day() -> None:
    stages = divide(DAY, ENDS_AT)

    assert stages[0].begins_at == ENDS_AT - timedelta(days=1)
    assert [stage.ends_at for stage in stages] == [stage.begins_at for stage in stages[1:]] + [ENDS_AT]
    assert [(stage.ends_at - stage.begins_at) / timedelta(hours=1) for stage in stages] == [12, 6, 6]


def test_the_days_before_are_one_stage_before_the_others() -> None:
    traffic = generate_traffic(1, ENDS_AT, mails=60, days=3)
    before, *of_day = divide(traffic, ENDS_AT, days_before=3)
    arrivals = [each.arrives_at for each in before.publications if each.arrives_at]

    assert before.ends_at - before.begins_at == timedelta(days=3)
    assert [(each.begins_at, each.ends_at) for each in of_day] == [
        (each.begins_at, each.ends_at) for each in divide(DAY, ENDS_AT)
    ]
    assert arrivals
    assert max(arrivals) < before.ends_at
    assert len(before.publications) + sum(len(each.publications) for each in of_day) == len(
        traffic.publications
    )


def test_every_message_is_in_the_stage_in_which_it_arrives() -> None:
    stages = divide(DAY, ENDS_AT)

    assert tuple(each for stage in stages for each in stage.publications) == DAY.publications
    for stage in stages:
        arrivals = [each.arrives_at for each in stage.publications if each.arrives_at]
        assert min(arrivals) >= stage.begins_at
        # What arrives after the end of the day still belongs to it.
        assert max(arrivals) < stage.ends_at or stage.ends_at == ENDS_AT
