"""Facts: what differs between two versions of a service model. No verdicts, and nothing about how it is shown."""
