"""What a statement holds: facts and words that are ready to be shown, whatever shows them.

Nothing in it names a recipient, and identities that are addresses are shortened. Names that others chose hold
no character that acts; whatever shows them escapes them. All mail is counted in dispatches, rates are
fractions of 1, times are aware UTC, hours are written `2026-11-22T10` and days `2026-11-22`.
"""
