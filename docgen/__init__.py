"""docgen: change notes and a static reference from versioned API models.

Facts, then opinions, then pages: `model` → `diff` → `pages` → `render`. Each step takes plain data and returns
plain data; `sources`, `publish`, `build` and `cli` touch the world.
"""

__version__ = "0.1.0"
