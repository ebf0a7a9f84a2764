"""Whether tenants may use what their mail needs, and may send."""

from collections.abc import Iterator

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.sending import Place, Tenant
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.flows import in_words
from ses_reputation.doctor.mends import aws_command


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find tenants that are stopped, and those that lack the default set of an identity that they have.

    A tenant's send needs the identity, the set in effect and the template (SES answers AccessDenied, "Tenant
    not associated with resources").
    """
    for place in setup.places:
        for tenant in place.tenants:
            if tenant.sending_status == "DISABLED":
                yield _stopped(place, tenant)
            missing = _missing(place, tenant)
            if missing:
                yield _incomplete(place, tenant, missing)


def _missing(place: Place, tenant: Tenant) -> list[str]:
    """Return the default sets of its identities that it may not use; nothing where that is unknown."""
    if tenant.resources is None:
        return []
    defaults = {
        place.set_arn(identity.default_set)
        for identity in place.identities
        if identity.default_set and place.identity_arn(identity.name) in tenant.resources
    }
    return sorted(defaults - tenant.resources)


def _incomplete(place: Place, tenant: Tenant, missing: list[str]) -> Diagnosis:
    return Diagnosis(
        name="tenant_lacks_set",
        severity=Severity.ERROR,
        account=place.account,
        region=place.region,
        subject=place.arn(f"tenant/{tenant.name}"),
        problem=f"Tenant {tenant.name} of {place.title} has an identity, but may not use "
        f"{in_words(missing)}.",
        why="Its mail fails with 403, 'Tenant not associated with resources', though identity and "
        "policies are right.",
        mend="Associate what it sends with: each set that is in effect, and each template.",
        commands=tuple(
            aws_command(
                "sesv2 create-tenant-resource-association",
                place.region,
                tenant_name=tenant.name,
                resource_arn=each,
            )
            for each in missing
        ),
    )


def _stopped(place: Place, tenant: Tenant) -> Diagnosis:
    return Diagnosis(
        name="tenant_stopped",
        severity=Severity.ERROR,
        account=place.account,
        region=place.region,
        subject=place.arn(f"tenant/{tenant.name}"),
        problem=f"Sending of tenant {tenant.name} of {place.title} is stopped.",
        why="SES refuses its mail: its reputation fell, or a person stopped it.",
        mend="Find the cause in its findings; what a person stopped, a person can start again.",
        commands=(aws_command("sesv2 get-tenant", place.region, tenant_name=tenant.name),),
    )
