"""One list on its way into a snapshot: read it part by part, merge the parts."""
