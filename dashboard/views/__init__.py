"""Views: what a page or a report says, in words and numbers, before anything is drawn."""
