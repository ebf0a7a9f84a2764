"""What every store shares: clients, the errors of AWS, and DynamoDB's calls."""
