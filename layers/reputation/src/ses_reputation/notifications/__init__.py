"""Who is told of a transition, and in which words: an event for programs, an alert for people."""
