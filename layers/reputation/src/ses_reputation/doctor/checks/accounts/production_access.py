"""Whether an account is out of the sandbox."""

from collections.abc import Iterator

from ses_reputation.doctor.diagnosis import Diagnosis, Severity
from ses_reputation.doctor.facts.sending import AccountState
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.mends import aws_command

# Amazon SES developer guide, "Sending authorization for delegate senders"; an AWS article differs.
_SOURCES_DIFFER = (
    "For an identity owner whose delegates send, AWS's sources differ: the developer guide says that both "
    "accounts must be out of the sandbox, an AWS article that the owner need not be. Follow the guide."
)
# Amazon SES API v2, ReviewDetails.
_ANSWERS = {
    "PENDING": ", and AWS reviews its request for production access",
    "DENIED": ", and AWS refused its request for production access",
    "FAILED": ", and its request for production access failed",
}


def check(setup: Setup) -> Iterator[Diagnosis]:
    """Find accounts in the sandbox: an error where the account itself sends by the registry."""
    for place in setup.places:
        if place.state is None or place.state.is_in_production:
            continue
        is_sender = place.account in setup.delegates
        review = _ANSWERS.get(place.state.review_status, "")
        yield Diagnosis(
            name="sandbox",
            severity=Severity.ERROR if is_sender else Severity.WARNING,
            account=place.account,
            region=place.region,
            subject=place.title,
            problem=f"{place.title.capitalize()} is in the SES sandbox{review}.",
            why="SES refuses its mail to everybody but verified addresses and the mailbox simulator. "
            + _SOURCES_DIFFER,
            mend=_mend(place.state),
            commands=(
                aws_command(
                    "sesv2 put-account-details",
                    place.region,
                    "--production-access-enabled",
                    mail_type="TRANSACTIONAL",
                    website_url="https://www.example.com",
                    use_case_description="Receipts to our customers",
                ),
            ),
        )


def _mend(state: AccountState) -> str:
    if state.review_case:
        return f"Answer case {state.review_case} in the account's Support Center."
    return "Ask for production access, with your own website and use case."
