"""How changes of suppression lists are printed."""
