"""What may be done about a pause standing: pause the configuration set that causes it."""
