"""Mail that stands somewhere, made of evaluations by hand, as statements get it."""

from ses_reputation.rates.thresholds import Measure
from ses_reputation.rollup.entities import ReputationEntity
from ses_reputation.standing.evaluation import Evaluation
from ses_reputation.standing.evaluation_json import evaluation_to_json
from ses_reputation.statement.facts.evaluated import Evaluated
from tests.support.mail import history_of


def stood(entity: ReputationEntity, *evaluations: Evaluation) -> Evaluated:
    """Where an entity stands by these, since no known time."""
    found = evaluation_to_json({each.measure: each for each in evaluations}, history_of([], entity))
    return Evaluated(entity, {Measure(name): each for name, each in found.items()})
