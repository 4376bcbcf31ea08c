"""One module for each thing a letter says: dates, numbers, who writes, what about."""
