"""What CloudFormation asks about identities, done in SES: created, updated, taken back, given back."""

import time
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from ses_reputation.accounts.applying import (
    HalfDoneError,
    SettingStore,
    apply_changes,
    release_changes,
)
from ses_reputation.accounts.earlier_settings import (
    EarlierSettings,
    add_earlier,
    give_back,
    name_forgotten,
)
from ses_reputation.accounts.errors import IdentitySettingError
from ses_reputation.accounts.identity_settings import (
    FLAGS,
    SettingPlan,
    Settings,
    Wanted,
    join_plans,
    plan_settings,
)
from ses_reputation.accounts.resource_kinds import KINDS, ResourceKind
from ses_reputation.accounts.stack_checks import STACK_CHECK, find_stack_faults
from ses_reputation.accounts.stack_request import RequestType, StackAnswer, StackRequest, read_request
from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.errors import SesReputationError, UnavailableError
from ses_reputation.visible_text import visible

UNDONE = "-undone"
"""Ends the physical id of a resource of which nothing is left: to delete it is to do nothing."""
_LEFT = (
    "Everything was left to {0}, which replaces it: identities that {0} does not name keep what they have."
)
_ALIVE = ("CREATE_IN_PROGRESS", "CREATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")
_SECOND = 1.0
_SECONDS_TO_ANSWER = 45


class OneCallASecond:
    """Lets one call a second pass."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._next_at = clock()

    def __call__(self) -> None:
        """Wait until the next call may be made."""
        self._sleep(max(0.0, self._next_at - self._clock()))
        self._next_at = self._clock() + _SECOND


def manage_identities(
    event: Mapping[str, Any],
    connect: Callable[..., Any],
    seconds_left: Callable[[], float],
    pace: Callable[[], None] | None = None,
) -> StackAnswer:
    """Do what CloudFormation asks, and return its answer; raises nothing, since without one it waits.

    connect: makes clients as aws/clients.py does. seconds_left: until Lambda ends this call.
    """
    fallback = _id_of(event)
    try:
        request = read_request(event)
        return _manage(request, connect, seconds_left, pace or OneCallASecond())
    except HalfDoneError as error:
        return StackAnswer(fallback, visible(str(error)))
    except Exception as error:
        return StackAnswer(fallback + _ending(event), visible(f"{_kind_of(error)}{error}"))


def manage_in_time(
    event: Mapping[str, Any], connect: Callable[..., Any], seconds_left: Callable[[], float]
) -> StackAnswer:
    """Do as `manage_identities`; where it hangs, answer all the same, before Lambda ends the call."""
    answers: SimpleQueue[StackAnswer] = SimpleQueue()
    work = Thread(target=lambda: answers.put(manage_identities(event, connect, seconds_left)), daemon=True)
    work.start()
    try:
        return answers.get(timeout=max(0.0, seconds_left() - _SECONDS_TO_ANSWER))
    except Empty:
        return StackAnswer(_id_of(event), "SES did not answer in time: try again")


def _id_of(event: Mapping[str, Any]) -> str:
    try:
        return read_request(event).own_id
    except (KeyError, ValueError, IndexError):
        return str(event.get("PhysicalResourceId") or event.get("LogicalResourceId"))


def _ending(event: Mapping[str, Any]) -> str:
    """Nothing is left of a Create that failed. The id of what was there before must not change."""
    return UNDONE if event.get("RequestType") == RequestType.CREATE else ""


def _kind_of(error: Exception) -> str:
    return "" if isinstance(error, SesReputationError) else f"{type(error).__name__}: "


def _manage(
    request: StackRequest,
    connect: Callable[..., Any],
    seconds_left: Callable[[], float],
    pace: Callable[[], None],
) -> StackAnswer:
    if request.resource_type == STACK_CHECK:
        return _check(request)
    if request.resource_type not in KINDS:
        raise IdentitySettingError(f"{request.resource_type} is none of {', '.join(KINDS)}")
    is_delete = request.type is RequestType.DELETE
    if is_delete and request.own_id.endswith(UNDONE):
        return StackAnswer(request.own_id, notes=("Nothing of it was left.",))
    if is_delete and (heir := _find_heir(request, connect)):
        return StackAnswer(request.own_id, notes=(_LEFT.format(heir),))
    kind = KINDS[request.resource_type]
    store = kind.open_store(connect, request.place, pace)
    kept = EarlierSettings(connect("ssm", region_name=request.place.region), request.earlier_settings)
    ours, wanted = _settings_of(kind, request)
    if is_delete:
        earlier, unread = _read_for_deletion(kept)
        plan = _plan(kind, store, (ours, wanted), earlier, request.place.region)
        return StackAnswer(request.own_id, notes=(*_release(kind, store, ours, plan, seconds_left), *unread))
    earlier = kept.read()
    plan = _plan(kind, store, (ours, wanted), earlier, request.place.region)
    # Before anything is changed: what is cut off half-way is given back from there too.
    now_kept = kept.keep(earlier, add_earlier(earlier, ours, wanted, plan.changes))
    apply_changes(store, plan.changes, seconds_left)
    return StackAnswer(request.own_id, notes=(*plan.notes, *name_forgotten(plan.changes, ours, now_kept)))


def _read_for_deletion(kept: EarlierSettings) -> tuple[Wanted, tuple[str, ...]]:
    """Return what to give back, and a note if that cannot be read: a deletion must not fail for it."""
    try:
        return kept.read(), ()
    except UnavailableError as error:
        return {}, (f"What was there before could not be read ({error}), so it is not given back.",)


def _check(request: StackRequest) -> StackAnswer:
    """A check changes nothing, so there is nothing to delete either."""
    if request.type is RequestType.DELETE:
        return StackAnswer(request.own_id)
    return StackAnswer(request.own_id, " ".join(find_stack_faults(request.properties, request.place)))


def _release(
    kind: ResourceKind,
    store: SettingStore,
    ours: Wanted,
    plan: SettingPlan,
    seconds_left: Callable[[], float],
) -> tuple[str, ...]:
    """Give back what is ours; what SES does not take back as it was, is cleared. Return the notes."""
    try:
        release_changes(store, plan.changes, seconds_left)
    except IdentitySettingError as error:
        if not any(change.value for change in plan.changes if change.setting not in FLAGS):
            raise
        cleared = _plan(kind, store, (ours, {}), {}, "")
        release_changes(store, cleared.changes, seconds_left)
        return (*cleared.notes, f"What was there before could not be given back: {error}.")
    return plan.notes


def _settings_of(kind: ResourceKind, request: StackRequest) -> tuple[Wanted, Wanted]:
    """What this resource has set until now, and what it is to set."""
    try:
        if request.type is RequestType.DELETE:
            return kind.wanted(request.properties, request.place), {}
        old = kind.wanted(request.old_properties, request.place) if request.old_properties else {}
        return old, kind.wanted(request.properties, request.place)
    except KeyError as error:
        raise IdentitySettingError(f"the resource lacks the property {error.args[0]}") from error
    except ValueError as error:
        raise IdentitySettingError(str(error)) from error


def _plan(
    kind: ResourceKind, store: SettingStore, settings: tuple[Wanted, Wanted], earlier: Wanted, region: str
) -> SettingPlan:
    """Return how to come from what was set until now to what is wanted. earlier: what was before both."""
    ours, wanted = settings
    current = store.read(dict.fromkeys([*ours, *wanted]))
    missing = [identity for identity in wanted if identity not in current]
    if missing:
        raise IdentitySettingError(
            f"{', '.join(missing)}: no identity of this account in {region}. Verify it there first, or take "
            "it out of the parameter with the identities"
        )
    released = [
        give_back(kind.release(identity, dropped, current[identity]), earlier)
        for identity, each in ours.items()
        if identity in current and (dropped := _dropped(each, wanted.get(identity, {})))
    ]
    given = [plan_settings(identity, each, current[identity]) for identity, each in wanted.items()]
    return join_plans([*released, *given])


def _dropped(settings: Settings, wanted: Settings) -> Settings:
    return {name: value for name, value in settings.items() if name not in wanted}


def _find_heir(request: StackRequest, connect: Callable[..., Any]) -> str:
    """Return the logical id of another such resource of the stack that lives on; "" where there is none.

    When a resource is renamed in a template, CloudFormation makes the new one first, and deletes the old.
    """
    with translating_aws_errors("DescribeStackResources"):
        cloudformation = connect("cloudformation", region_name=request.place.region)
        resources = cloudformation.describe_stack_resources(StackName=request.stack_id)["StackResources"]
    for each in resources:
        is_other = each["LogicalResourceId"] != request.logical_id
        if is_other and each["ResourceType"] == request.resource_type and each["ResourceStatus"] in _ALIVE:
            return str(each["LogicalResourceId"])
    return ""
