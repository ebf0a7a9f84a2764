"""How the SES stand-in refuses: one refusal, in the words of both of SES's APIs."""


class RefusedRequestError(Exception):
    """A request that SES would refuse: status, error type and message, and what v1 says instead."""

    def __init__(
        self, status: int, error_type: str, message: str, v1_status: int | None = None, v1_type: str = ""
    ) -> None:
        super().__init__(message)
        self.status, self.error_type, self.message = status, error_type, message
        self.v1_status, self.v1_type = v1_status or status, v1_type or error_type


def bad_request(message: str, v1_type: str = "InvalidParameterValue") -> RefusedRequestError:
    """Return the refusal of a request that is wrong in itself."""
    return RefusedRequestError(400, "BadRequestException", message, v1_type=v1_type)


def not_found(message: str, v1_type: str = "InvalidParameterValue") -> RefusedRequestError:
    """Return the refusal of a request about something that is not there: 404 in v2, 400 in v1."""
    return RefusedRequestError(404, "NotFoundException", message, 400, v1_type)


def already_exists(message: str) -> RefusedRequestError:
    """Return the refusal to create something a second time."""
    return RefusedRequestError(400, "AlreadyExistsException", message, v1_type="AlreadyExists")


def limit_exceeded(message: str) -> RefusedRequestError:
    """Return the refusal of one more than there may be."""
    return RefusedRequestError(400, "LimitExceededException", message, v1_type="InvalidParameterValue")


def not_authorized_to_send(principal: str, action: str, resource: str) -> RefusedRequestError:
    """Return the refusal of a send by a policy; it names what the policy guards, in SES's odd quotes."""
    message = f"User `{principal}' is not authorized to perform `{action}' on resource `{resource}'"
    return RefusedRequestError(403, "AccessDeniedException", message, v1_type="AccessDenied")


def not_authorized(principal: str, action: str, resource: str) -> RefusedRequestError:
    """Return the refusal of any other action by the caller's own policies."""
    message = (
        f"User: {principal} is not authorized to perform: {action} on resource: {resource} because no "
        f"identity-based policy allows the {action} action"
    )
    return RefusedRequestError(403, "AccessDeniedException", message, v1_type="AccessDenied")


def not_verified(names: list[str], region: str) -> RefusedRequestError:
    """Return the refusal of a send that names these unverified identities, as SES lists them."""
    message = (
        "Email address is not verified. The following identities failed the check in region "
        f"{region.upper()}: {', '.join(names)}"
    )
    return RefusedRequestError(400, "MessageRejected", message)
