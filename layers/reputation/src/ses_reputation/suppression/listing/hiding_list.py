"""A list that is read for our own copies: whoever was forgotten is hidden in every page of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ses_reputation.suppression.forgotten import ForgottenPeople
from ses_reputation.suppression.listing.list_page import ListPage
from ses_reputation.suppression.listing.list_reader import SuppressionList


@dataclass(slots=True)
class HidingList:
    """Hides the people in the pages of a list before anybody else sees their rows.

    read_forgotten: says who was forgotten, and is asked once. Nothing is read where it fails.
    """

    pages: SuppressionList
    read_forgotten: Callable[[], ForgottenPeople]
    _forgotten: ForgottenPeople | None = None

    def fetch_page(self, next_token: str | None, since: datetime | None = None) -> ListPage:
        """Ask once, as SuppressionList. Raises also what `read_forgotten` raises."""
        if self._forgotten is None:
            self._forgotten = self.read_forgotten()
        page = self.pages.fetch_page(next_token, since)
        if not self._forgotten.hashes:
            return page
        hide = self._forgotten.hide
        rows = tuple(row._replace(email_address=hide(row.email_address)) for row in page.rows)
        return ListPage(rows, page.next_token)
