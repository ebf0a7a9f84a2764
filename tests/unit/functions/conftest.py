"""What the template sets before the functions are imported: Metrics reads it then, once a process."""

import os

os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "SesReputation")
os.environ.setdefault("DETAILED_METRICS", "true")
