"""Who hears of a change, and in which words: an event for programs, an alert for people."""
