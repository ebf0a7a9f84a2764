"""What the bill takes from measurements: the pipeline at three rates, and an assessment of ten entities."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.assessment import NOW, AssessmentCost, measure
from benchmarks.cost.reports import ENTITIES
from benchmarks.cost.traffic import MonthOfTraffic, measure_month, micros_of
from benchmarks.lambda_calls import function_environment
from benchmarks.year_of_mail import ACCOUNTS, PACES, Pace, YearOfMail

MILLION = 1_000_000
EVENTS_A_MONTH = (MILLION, 10 * MILLION, 100 * MILLION)
IDENTITIES_OF_A_PACE = (ENTITIES - 1) // len(PACES)


@dataclass(frozen=True, slots=True)
class Assessed:
    """What an assessment of the ten entities takes, and the first of a new container. Seconds are CPU."""

    first_read_units: float
    read_units: float
    write_units: float
    requests: float
    seconds: float


@dataclass(frozen=True, slots=True)
class ReportingRun:
    """What a run of statements or digests takes. requests: of DynamoDB. seconds: of CPU.

    puts, gets: of S3, as it bills them: a LIST is a PUT, a HEAD a GET.
    """

    read_units: float
    write_units: float
    requests: float
    seconds: float
    puts: float
    gets: float


@dataclass(frozen=True, slots=True)
class Measured:
    """All that is measured, as it is recorded. `months[0]` is an idle one."""

    assessed: Assessed
    statements: ReportingRun
    digests: ReportingRun
    months: Sequence[MonthOfTraffic]

    @classmethod
    def of_record(cls, recorded: Mapping[str, Any]) -> "Measured":
        """Read what was recorded."""
        months = [MonthOfTraffic(**month) for month in recorded["months"]]
        statements, digests = (ReportingRun(**recorded[name]) for name in ("statements", "digests"))
        return cls(Assessed(**recorded["assessed"]), statements, digests, [MonthOfTraffic(), *months])


def measure_assessment() -> Assessed:
    """Assess an account and its nine identities with a year of mail, as benchmarks/assessment.py does."""
    with function_environment():
        costs = measure(mail_of_ten())
    return assessed_of(costs.first, costs.following)


def mail_of_ten(days: int = 365) -> YearOfMail:
    """Return so many days of mail of the ten entities."""
    paces = tuple(Pace(pace.mails, IDENTITIES_OF_A_PACE) for pace in PACES)
    return YearOfMail(NOW, ACCOUNTS[:1], paces, days)


def assessed_of(first: AssessmentCost, following: AssessmentCost) -> Assessed:
    """Return what the bill takes of two assessments."""
    requests = sum(each.reads + each.writes for each in following.metered.values())
    return Assessed(
        first.read_units, following.read_units, following.write_units, requests, following.cpu_seconds
    )


def measure_months(micros: Mapping[str, Mapping[str, float]]) -> list[MonthOfTraffic]:
    """Simulate the pipeline at each rate, two at a time."""
    with ProcessPoolExecutor(2) as processes:
        return list(processes.map(partial(_measure_month, micros), EVENTS_A_MONTH))


def _measure_month(micros: Mapping[str, Mapping[str, float]], events: int) -> MonthOfTraffic:
    return measure_month(events, micros_of(micros))
