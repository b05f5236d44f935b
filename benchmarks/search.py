"""Measure the search of a site: seconds to build it, files and bytes of each kind.

    python benchmarks/search.py [SOURCE]

SOURCE is anything that docgen reads (default: package:botocore). Seconds are CPU seconds of this process, without
reading the models. Compressed means gzip at level 6, as servers use it.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import time
from collections import defaultdict

from docgen.locate import open_source
from docgen.model.parse import parse
from docgen.pages.search.entries import search_entries
from docgen.pages.search.files import search_files

KINDS = {"n-": "names, by first letters", "w-": "words, by first letters", "s-": "graphs, by service"}


def main() -> None:
    """Run the benchmark and print the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", default="package:botocore")
    entries = []
    spent = 0.0
    for file in open_source(parser.parse_args().source).releases()[-1].latest_models():
        service = parse(file.read(), file.location)
        start = time.process_time()
        entries.append(search_entries(service, file.service))
        spent += time.process_time() - start
    start = time.process_time()
    files = dict(search_files(entries, {}))
    merged = time.process_time() - start
    operations = sum(len(each["operations"]) for each in entries)
    names = sum(len(each["names"]) for each in entries)
    print(f"{len(entries)} services, {operations:,} operations, {names:,} members, values and errors")
    print(f"{spent:.1f} s for the services one by one, {merged:.1f} s to merge them, {len(files):,} files")
    sizes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for path, content in files.items():
        name = path.rsplit("/", 1)[1]
        sizes[KINDS.get(name[:2], name)].append((len(content), len(gzip.compress(content, 6))))
    print(f"{'':26}{'files':>6}{'bytes':>12}{'compressed':>12}{'largest':>9}{'compr.':>8}")
    for kind, found in sizes.items():
        raw, packed = [size for size, _ in found], [size for _, size in found]
        print(f"{kind:26}{len(found):6,}{sum(raw):12,}{sum(packed):12,}{max(raw):9,}{max(packed):8,}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
