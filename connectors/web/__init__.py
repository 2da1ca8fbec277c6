"""The way to a source over the network: one host, with limits, retried within bounds, and refused once."""
