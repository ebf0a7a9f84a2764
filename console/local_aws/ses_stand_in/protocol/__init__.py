"""SES's two protocols, by botocore's own models: how a request is read, and how an answer is written."""
