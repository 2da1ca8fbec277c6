"""Evidence: how far a claim about a project can be trusted, with every reason why not further."""
