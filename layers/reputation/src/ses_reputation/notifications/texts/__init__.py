"""The words of alerts, and how they are laid out."""
