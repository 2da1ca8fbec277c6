"""Effect: how much changed beyond what would have happened anyway, by designs from weak to strong."""
