"""The lowest release of botocore and boto3 that has what a code base uses.

Each file is read by itself, in parallel: its expressions become terms, which say what the file alone says. Then all
files are joined: terms become values (clients, methods, responses), and the places where values are used become uses.

| module        | what it does                                                 |
|---------------|--------------------------------------------------------------|
| `terms`       | what an expression means as far as its own file says         |
| `code`        | what is kept of a file: names, functions, classes, events    |
| `scope`       | variables while code is followed                             |
| `expressions` | expressions as terms                                         |
| `statements`  | statements in order: assignments, branches, definitions      |
| `scan`        | a Python file or a notebook as a module                      |
| `tree`        | the files of a tree, read in parallel                        |
| `program`     | all modules together: imports, classes, calls                |
| `values`      | what terms turn out to be: clients, methods, responses       |
| `context`     | the arguments with which a function is followed              |
| `libraries`   | what imported names mean                                     |
| `evaluate`    | from terms to values                                         |
| `calls`       | what calls return                                            |
| `callers`     | what callers pass for a parameter                            |
| `infer`       | which service a call on an unknown object may be of          |
| `collect`     | from events to uses                                          |
| `guards`      | which uses a test or a handler protects                      |
| `uses`        | what is used, and since when that exists                     |
| `facts`       | what is known of releases                                    |
| `resolve`     | the floor                                                    |
| `declared`    | the versions that a project declares                         |
| `result`      | all of it: what is needed, what is declared, whether it fits |
| `report`      | the formats                                                  |
"""
