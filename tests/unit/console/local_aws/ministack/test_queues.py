"""Whatever changes a queue of the emulator holds the queues' lock; else messages vanish on a busy machine."""

import contextlib
import inspect
from collections.abc import Iterator

import pytest
from ministack.services import eventbridge, lambda_svc, sns, sqs

from console.local_aws.ministack.queues import fill_batches_like_lambda, lock_queues

ACTIONS = sorted(name for name, act in sqs._HANDLERS.items() if not inspect.iscoroutinefunction(act))
PARTS = {
    "_expire_retained": sqs,
    "_dlq_sweep": sqs,
    "_collect_msgs": sqs,
    "_deliver_to_sqs": sns,
    "_dispatch_to_sqs": eventbridge,
    "_send_ddb_stream_failure_record": lambda_svc,
}


class Lock:
    """Remembers that it was held."""

    was_held = False

    def __enter__(self) -> None:
        self.was_held = True

    def __exit__(self, *_: object) -> None:
        """It remembers."""


@pytest.mark.parametrize("most", ["5", 5])
def test_how_many_batches_run_side_by_side_is_a_number_also_of_a_parameter(
    most: str | int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sqs, lambda_svc):
        for name in ("_receive_messages_for_esm", "_sqs_esm_concurrency"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, getattr(module, name))
    fill_batches_like_lambda()

    concurrency = lambda_svc._sqs_esm_concurrency({"ScalingConfig": {"MaximumConcurrency": most}}, {}, {})

    assert concurrency == 5


@pytest.fixture
def lock() -> Iterator[Lock]:
    """The lock of queues that are locked; afterwards the emulator's modules are as they were."""
    modules = (eventbridge, lambda_svc, sns, sqs)
    before, handlers = [dict(vars(module)) for module in modules], dict(sqs._HANDLERS)
    lock_queues()
    sqs._queues_lock = Lock()
    yield sqs._queues_lock
    for module, names in zip(modules, before, strict=True):
        vars(module).update(names)
    sqs._HANDLERS.update(handlers)


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_holds_the_lock(lock: Lock, action: str) -> None:
    with contextlib.suppress(sqs._Err):
        sqs._HANDLERS[action]({"QueueName": "any"}, "http://127.0.0.1/nobodys")

    assert lock.was_held


@pytest.mark.parametrize("part", PARTS)
def test_what_receives_and_what_delivers_holds_the_lock(lock: Lock, part: str) -> None:
    with contextlib.suppress(TypeError):
        vars(PARTS[part])[part]()

    assert lock.was_held


def test_only_receiving_waits_and_so_holds_it_for_its_parts_only() -> None:
    assert sqs._HANDLERS.keys() - set(ACTIONS) == {"ReceiveMessage"}
