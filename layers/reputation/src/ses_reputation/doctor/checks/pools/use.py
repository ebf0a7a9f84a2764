"""Whether dedicated pools are used, exist, and keep kinds of mail apart."""

from collections.abc import Iterator

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.sending import (
    DEFAULT_POOL,
    SHARED_POOL,
    ConfigurationSet,
    DedicatedPool,
    Place,
)
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import in_words
from ses_reputation.doctor.mends import aws_command

_OF_SES = frozenset({SHARED_POOL, DEFAULT_POOL})
"""A set without a pool uses them: Amazon SES developer guide, "Assigning Amazon SES IP pools"."""


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find pools that no set sends through, or several do, and sets whose pool does not exist."""
    for place in setup.places:
        if place.sets.is_whole:
            for pool in place.own_pools:
                yield from _use(place, pool)
        for each in place.sets:
            if each.pool and each.pool not in _OF_SES and place.pools.lacks(each.pool):
                yield _missing(place, each)


def _use(place: Place, pool: DedicatedPool) -> Iterator[Diagnosis]:
    users = sorted(each.name for each in place.sets if each.pool == pool.name)
    if not users:
        yield _unused(place, pool)
    elif len(users) > 1:
        yield _shared(place, pool, users)


def _unused(place: Place, pool: DedicatedPool) -> Diagnosis:
    sets = sorted(place.sets.found)
    return Diagnosis(
        name="pool_unused",
        severity=Severity.WARNING,
        account=place.account,
        region=place.region,
        subject=place.arn(f"dedicated-ip-pool/{pool.name}"),
        problem=f"No configuration set of {place.title} sends through the dedicated pool {pool.name}.",
        why="It is paid for and carries no mail; a set that names no pool uses shared addresses, or the "
        "standard addresses that are in no pool.",
        mend="Let a set send through it, or delete it.",
        commands=(_send_through(place, sets[0], pool.name),) if sets else (),
    )


def _shared(place: Place, pool: DedicatedPool, users: list[str]) -> Diagnosis:
    return Diagnosis(
        name="pool_shared",
        severity=Severity.WARNING,
        account=place.account,
        region=place.region,
        subject=place.arn(f"dedicated-ip-pool/{pool.name}"),
        problem=f"Configuration sets {in_words(users)} of {place.title} send through one dedicated pool, "
        f"{pool.name}.",
        why="If they carry different kinds of mail, what marketing does to the addresses' reputation delays "
        "receipts and password resets.",
        mend="Make a pool for each kind, and let one set send through it.",
        commands=(
            aws_command(
                "sesv2 create-dedicated-ip-pool",
                place.region,
                pool_name=f"{pool.name[:53]}-2",
                scaling_mode="MANAGED" if pool.is_managed else "STANDARD",
            ),
            _send_through(place, users[-1], f"{pool.name[:53]}-2"),
        ),
    )


def _missing(place: Place, each: ConfigurationSet) -> Diagnosis:
    return Diagnosis(
        name="pool_missing",
        severity=Severity.ERROR,
        account=place.account,
        region=place.region,
        subject=place.set_arn(each.name),
        problem=f"Configuration set {each.name} of {place.title} sends through a pool that does not exist: "
        f"{each.pool}.",
        why="SES refuses mail that is to go through it, or sends it from other addresses.",
        mend="Make the pool, or name another.",
        commands=(
            aws_command(
                "sesv2 create-dedicated-ip-pool",
                place.region,
                pool_name=each.pool,
                scaling_mode="MANAGED",
            ),
        ),
    )


def _send_through(place: Place, configuration_set: str, pool: str) -> str:
    options = {"configuration_set_name": configuration_set, "sending_pool_name": pool}
    return aws_command("sesv2 put-configuration-set-delivery-options", place.region, **options)
