"""The suppression list as SES pages it out."""
