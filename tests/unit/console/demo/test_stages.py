"""The day is cut by the time of arrival, and nothing of it is lost."""

from datetime import UTC, datetime, timedelta

from console.demo.stages import divide
from console.demo.traffic import generate_day

ENDS_AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
DAY = generate_day(1, ENDS_AT, mails=300)


def test_stages_follow_each_other_over_the_whole_day() -> None:
    stages = divide(DAY, ENDS_AT)

    assert stages[0].begins_at == ENDS_AT - timedelta(days=1)
    assert [stage.ends_at for stage in stages] == [stage.begins_at for stage in stages[1:]] + [ENDS_AT]
    assert [(stage.ends_at - stage.begins_at) / timedelta(hours=1) for stage in stages] == [12, 6, 6]


def test_every_message_is_in_the_stage_in_which_it_arrives() -> None:
    stages = divide(DAY, ENDS_AT)

    assert tuple(each for stage in stages for each in stage.publications) == DAY.publications
    for stage in stages:
        arrivals = [each.arrives_at for each in stage.publications if each.arrives_at]
        assert min(arrivals) >= stage.begins_at
        # What arrives after the end of the day still belongs to it.
        assert max(arrivals) < stage.ends_at or stage.ends_at == ENDS_AT
