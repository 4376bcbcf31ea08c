"""Makes a bad scan readable. Each step is taken only where a cheap measure of the page asks for it."""
