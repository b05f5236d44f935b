"""Finds the lowest release of botocore and boto3 that has everything a code base uses.

Code is interpreted abstractly, never run. Each file is first read by itself, in parallel: its expressions become terms,
which describe only what that file shows. Then all files are joined: terms become values (clients, methods, responses),
and the places where values are used become uses.

| modules                                                 | what they do                                            |
|---------------------------------------------------------|---------------------------------------------------------|
| `terms`, `code`                                         | what is kept of a file                                  |
| `scope`, `follower`                                     | variables and guards while code is followed             |
| `containers`, `conditions`, `expressions`               | expressions as terms                                    |
| `definitions`, `assignments`, `statements`              | statements, in order                                    |
| `scan`, `tree`                                          | files and notebooks as modules, read in parallel        |
| `program`                                               | all modules together: imports, classes, calls           |
| `values`, `libraries`                                   | values of terms, and the meaning of imported names      |
| `context`, `joining`, `items`, `attributes`, `evaluate` | from terms to values                                    |
| `calls`, `library_calls`, `callers`, `infer`            | the results of calls, and the arguments of callers      |
| `uses`, `parameters`, `collect`                         | from events to uses                                     |
| `guards`                                                | uses that a test or an exception handler protects       |
| `facts`, `resolve`                                      | facts about releases, and the lowest release            |
| `declared`, `result`, `report`                          | the versions that a project declares, and the result    |
"""
