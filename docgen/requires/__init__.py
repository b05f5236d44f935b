"""The lowest release of botocore and boto3 that has what a code base uses.

Each file is read by itself, in parallel: its expressions become terms, which say what the file alone says. Then all
files are joined: terms become values (clients, methods, responses), and the places where values are used become uses.

| modules                                                 | what they do                                            |
|---------------------------------------------------------|---------------------------------------------------------|
| `terms`, `code`                                         | what is kept of a file                                  |
| `scope`, `follower`                                     | variables and guards while code is followed             |
| `containers`, `conditions`, `expressions`               | expressions as terms                                    |
| `definitions`, `assignments`, `statements`              | statements, in order                                    |
| `scan`, `tree`                                          | files and notebooks as modules, read in parallel        |
| `program`                                               | all modules together: imports, classes, calls           |
| `values`, `libraries`                                   | what terms turn out to be, and what imported names mean |
| `context`, `joining`, `items`, `attributes`, `evaluate` | from terms to values                                    |
| `calls`, `library_calls`, `callers`, `infer`            | what calls return, and what callers pass                |
| `uses`, `parameters`, `collect`                         | from events to uses                                     |
| `guards`                                                | which uses a test or a handler protects                 |
| `facts`, `resolve`                                      | what is known of releases, and the floor                |
| `declared`, `result`, `report`                          | the versions that a project declares, and the answer    |
"""
