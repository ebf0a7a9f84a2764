"""Finding addresses in snapshots: where one is listed, since when, and what lists are made of."""
