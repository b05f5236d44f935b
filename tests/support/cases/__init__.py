"""Cases as data: inputs and expected results."""
