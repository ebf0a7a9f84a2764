"""botocore's models of SES: v1 (`ses`) and v2 (`sesv2`)."""

from functools import cache
from typing import Any

import botocore.session


@cache
def load_model(service: str) -> Any:
    """Return botocore's model of a service: `ses` or `sesv2`."""
    return botocore.session.get_session().get_service_model(service)
