"""Days made of hours: whose mail is summed, what of it enters rates, and how far the rollup came."""
