"""A demonstration town hall: the letters it receives and the scans made of them."""
