"""Whether standard addresses are still warming up."""

from collections.abc import Iterator

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.sending import DEFAULT_POOL, DedicatedPool
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.mends import aws_command, our_command


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find pools with addresses in warm-up; managed pools have none (SES API v2, DedicatedIp)."""
    for place in setup.places:
        for pool in place.pools:
            if not pool.warm_ups:
                continue
            least = min(pool.warm_ups.values())
            shown = our_command("providers --warm-up", ("--stack", setup.stack))
            yield Diagnosis(
                name="pool_warming_up",
                severity=Severity.WARNING,
                account=place.account,
                region=place.region,
                subject=place.arn(f"dedicated-ip-pool/{pool.name}"),
                problem=f"{len(pool.warm_ups)} of the addresses of pool {pool.name} in {place.title} are "
                f"still warming up; the least is at {least} %.",
                why="Mail beyond what an address may send in its warm-up goes through others, and providers "
                "delay what comes too fast." + (_IN_NO_POOL if pool.name == DEFAULT_POOL else ""),
                mend=f"Raise the volume slowly, and follow it with `{shown}`; a managed pool does "
                "this by itself.",
                commands=(aws_command("sesv2 get-dedicated-ips", place.region, **_of_pool(pool)),),
            )


_IN_NO_POOL = (
    " This pool of SES's own holds the standard addresses that are in no other, and a configuration set that "
    "names no pool sends through it."
)


def _of_pool(pool: DedicatedPool) -> dict[str, str]:
    """Return the option that names a pool; whether SES takes the name of its own is not documented."""
    return {} if pool.name == DEFAULT_POOL else {"pool_name": pool.name}
