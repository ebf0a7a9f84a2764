"""What queries of the book ask alike: parts of SQL, to be completed with the names of their rows."""

ADDING = "('BOUNCE', 'COMPLAINT')"
"""Kinds of reports with which SES puts a recipient on a list."""
IS_LISTED = """EXISTS (SELECT 1 FROM listed JOIN list ON list.id = listed.list
    WHERE listed.recipient = {0}.recipient AND list.account = {1}.account AND list.region = {1}.region)"""
"""Whether row 0's recipient is on a list of row 1's account and Region, its own or a tenant's."""
# A list without a snapshot is not known, which is not the same as empty.
IS_KNOWN = """EXISTS (SELECT 1 FROM list
    WHERE list.account = {0}.account AND list.region = {0}.region AND list.tenant = '')"""
"""Whether the own list of row 0's account and Region is known."""
IS_REMOVED = """EXISTS (SELECT 1 FROM removed
    WHERE removed.recipient = {0}.recipient AND removed.account = {1}.account AND removed.region = {1}.region
        AND removed.at >= {2})"""
"""Whether row 0's recipient was taken off a list of row 1's account and Region on purpose at time 2 or
later: what was reported until then was known, and does not put the recipient back."""
