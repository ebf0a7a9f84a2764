"""The service of functions/assess_reputation: roll up, evaluate each entity, notify."""
