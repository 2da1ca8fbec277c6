"""The pages: each draws one frozen view and computes nothing."""
