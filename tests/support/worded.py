"""A detection with its words, as an alert of that moment would say them."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from ses_reputation.findings.finding import Detection, DetectionState, FindingKind
from ses_reputation.notifications.texts.finding import word_detection
from ses_reputation.notifications.texts.render import TextParts
from ses_reputation.rollup.entities import ReputationEntity


class WordedDetection:
    """What was detected of an entity: the detection's fields, its evidence as JSON, and its text."""

    def __init__(self, detection: Detection, entity: ReputationEntity, now: datetime) -> None:
        self.detection = detection
        self._entity, self._now = entity, now

    @property
    def kind(self) -> FindingKind:
        return self.detection.kind

    @property
    def scope(self) -> str:
        return self.detection.scope

    @property
    def state(self) -> DetectionState:
        return self.detection.state

    @property
    def since(self) -> str:
        return self.detection.since

    @property
    def key(self) -> str:
        return self.detection.key

    @property
    def evidence(self) -> Mapping[str, Any]:
        return self.detection.evidence_json or {}

    @cached_property
    def text(self) -> TextParts:
        return word_detection(self._entity, self.detection, self._now)

    @property
    def headline(self) -> str:
        return self.text.headline

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        return self.text.figures

    @property
    def advice(self) -> tuple[str, ...]:
        return self.text.advice

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WordedDetection) and self.detection == other.detection

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"{self.detection} {self.text}"
