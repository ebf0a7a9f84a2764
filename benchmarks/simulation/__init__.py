"""What the rule of standings and the detectors do over years of mail: false alarms, and true ones."""
