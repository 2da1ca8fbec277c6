"""Funding: what a measured outcome means for the money; it proposes, a person decides."""
