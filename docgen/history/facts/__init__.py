"""Facts: when every name of a history existed, in one small file that docgen carries.

A facts file is a ZIP archive with one JSON document for each service, so a question reads only what it is about. It has
names, versions, dates and the few traits that `since`, `explain` and `requires` ask for, but no documentation, no
limits and no official notes.

| module     | what it does                                                            |
|------------|-------------------------------------------------------------------------|
| `elements` | reduces an element of a model to its facts                              |
| `document` | defines the documents, and makes them from a history                    |
| `archive`  | reads and writes the file                                               |
| `reader`   | answers the queries of a history from the file                          |
| `extend`   | adds newer releases                                                     |
| `found`    | finds the newest facts on this machine, and renews those in the cache   |
"""
