"""`docgen check`: which changes fail, which are accepted, and the report in each format.

| module         | does                                                                 |
|----------------|----------------------------------------------------------------------|
| `revision`     | pairs the releases of a checkout with those of a git revision         |
| `run`          | compares two releases                                                |
| `patterns`     | matches rule ids and element ids                                     |
| `suppressions` | reads ignores and the baseline                                       |
| `verdict`      | judges the changes: a `CheckReport`                                  |
| `locations`    | finds the line of each finding, with `json_lines`                    |
| `reports`      | renders the report                                                   |
| `model_files`  | validates models, for `docgen validate`                              |
"""
