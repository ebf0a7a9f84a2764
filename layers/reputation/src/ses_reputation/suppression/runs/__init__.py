"""One run over all suppression lists: claim it, describe each account and Region, list after list, sum up."""
