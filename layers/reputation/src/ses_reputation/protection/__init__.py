"""What may be done about a `pause` standing: pause what causes it, revoke what a delegate was granted."""
