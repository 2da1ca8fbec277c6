"""What is measured here (`programme.toml`) and how this installation runs (the environment)."""
