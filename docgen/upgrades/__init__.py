"""The effect of an upgrade on a code base: what it uses, the versions before and after, and the changes that reach it.

| module       | what it does                                                          |
|--------------|-----------------------------------------------------------------------|
| `used`       | makes a watchlist of what code uses, each line with its lines of code |
| `watch_file` | writes that watchlist as a file and as JSON                           |
"""
