"""The history of an API: an index of every release, kept up to date, and answers from it.

    index(source, path) -> Done                     reads what is new, in one file
    since(history, service, elements) -> Answers    which release has it
    explain(history, parse(text)) -> Explanations   what an error message lacks, and which release has it

| module     | job                                                               |
|------------|-------------------------------------------------------------------|
| `chain`    | the revisions of one API as rows: the unit of work                |
| `indexing` | which revisions are new, and when they are safe                   |
| `spans`    | from when to when: sets of releases, and how they combine         |
| `history`  | the file as people ask it: services and releases                  |
| `apis`     | the file as these modules ask it: API versions, what they have    |
| `places`   | what stands at a path of an operation, release by release         |
| `since`    | a question in a user's words, and its answers                     |
| `export`   | all spans as one file, for other programs                         |
| `boto3`    | the release of boto3 that goes with one of botocore               |
| `messages` | error messages of SDKs, found in any text                         |
| `fitting`  | the places that a message fits                                    |
| `clients`  | what clients are called, and what they have                       |
| `in_use`   | the releases that a message can come from                         |
| `verdicts` | what is said of one problem of a message                          |
| `requests` | problems with what a request holds                                |
| `explain`  | all problems of a text, and those of clients and services         |
| `advice`   | explanations in words and as JSON, and the command that installs  |
| `tape`     | the models of one API at any of its releases                      |
| `step`     | from one release to the next, as two small models to compare      |
| `steps`    | the steps of an API, release by release                           |
| `lives`    | what happened to a service, an operation or an element            |
| `flips`    | what came and went between two releases                           |

Import from the modules: an answer must not wait for what only an index needs.
"""
