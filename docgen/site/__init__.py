"""A site: which pages there are, what each is made from, and who makes it.

    build(source, output, ...) -> str

A site is made of parts: the notes of a service in a release, the reference of a service, a page of an index. Each is
made from input that can be named (digests of models, small records of other parts), so a part whose input is as
before is kept as it is. Parts that need models are jobs: plain values that any process can take, one service at a
time, since the revisions of a service share most of what they say.

| module    | job                                                          |
|-----------|--------------------------------------------------------------|
| `series`  | reading models one after the other, sharing what is alike    |
| `jobs`    | the pages of a service: its notes, its reference             |
| `plan`    | which notes there are, from the releases alone               |
| `indexes` | the pages that are made of records alone                     |
| `build`   | all of it                                                    |
"""

from docgen.site.build import build

__all__ = ["build"]
