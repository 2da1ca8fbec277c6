"""The web server: FastAPI outside, Dash inside, and the headers, scripts and addresses around the pages."""
