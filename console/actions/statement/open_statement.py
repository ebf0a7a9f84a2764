"""A link to a statement, for an hour, and the browser that opens it."""

import webbrowser
from typing import TYPE_CHECKING, Any

from ses_reputation.statement.index import line_to_json
from ses_reputation.statement.store import PREFIX
from ses_reputation.statement.view.index import IndexLine

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LINK_SECONDS = 3_600
"""A link signed with temporary credentials ends with them, if that is sooner (S3 user guide, "Sharing objects
with presigned URLs"): so it is signed with the caller's, and not by a function."""


def sign_link(s3: "S3Client", bucket: str, line: IndexLine) -> str:
    """Return a link to a party's page that whoever has it can open for an hour."""
    parameters: dict[str, Any] = {"Bucket": bucket, "Key": f"{PREFIX}{line.href}"}
    return s3.generate_presigned_url("get_object", Params=parameters, ExpiresIn=LINK_SECONDS)


def link_to_json(line: IndexLine, link: str) -> dict[str, Any]:
    """Return a statement's line of the index, its link, and for how many seconds that opens the page."""
    return {**line_to_json(line), "link": link, "link_seconds": LINK_SECONDS}


def open_link(link: str) -> bool:
    """Open a link in the browser; return whether there is one."""
    try:
        return webbrowser.open(link)
    except webbrowser.Error:
        return False
