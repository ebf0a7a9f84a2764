"""What is measured: windows of mail, the rates in them, headroom, and where their events come from."""
