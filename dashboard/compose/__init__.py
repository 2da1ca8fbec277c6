"""Composing: findings and words become views."""
