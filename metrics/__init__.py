"""The arithmetic of outcomes and what it keeps: records in, evidence out."""
