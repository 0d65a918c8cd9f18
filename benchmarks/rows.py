"""The rows of the table in docs/performance.md, in their order, and the benchmark that measures each."""

FILES = {
    "version": "startup",
    "help": "startup",
    "open-library": "startup",
    "open-article": "startup",
    "open-growth": "startup",
    "open-memory": "startup",
    "key-label": "keys",
    "key-label-p99": "keys",
    "key-label-growth": "keys",
    "key-word": "keys",
    "key-word-p99": "keys",
    "key-word-growth": "keys",
    "key-page": "keys",
    "key-onwards": "keys",
    "key-page-growth": "keys",
    "key-slowest": "keys",
    "add": "adding",
    "add-memory": "adding",
    "add-memory-growth": "adding",
    "fold": "bulk",
    "rebuild": "bulk",
    "export-jsonl": "exports",
    "export-csv": "exports",
    "export-parquet": "exports",
    "export-jsonl-memory": "exports",
    "export-csv-memory": "exports",
    "export-parquet-memory": "exports",
    "agreement": "judgements",
    "agreement-memory": "judgements",
    "timeline": "claims",
    "ledger-page": "claims",
    "ledger-as-of": "claims",
    "known-at": "claims",
    "suggestions": "suggestions",
    "hand-lists": "by_hand",
    "hand-through": "by_hand",
    "hand-far": "by_hand",
    "hand-filter": "by_hand",
    "hand-choose": "by_hand",
    "hand-standing": "by_hand",
    "hand-search-letter": "by_hand",
    "hand-search-frequent": "by_hand",
    "hand-search-one": "by_hand",
    "hand-hidden": "by_hand",
    "merge": "merging",
    "writers": "writers",
    "writers-evenness": "writers",
    "writers-slowest": "writers",
    "size-derived": "size",
    "size-log": "size",
}
"""The file in this folder, by line; a line that is not here comes after all that are."""

LINES = tuple(dict.fromkeys(FILES.values()))
"""The benchmarks that measure lines of the table; the others print ratios and bound them."""


def place(name: str) -> tuple[int, str]:
    """Where a line stands in the table."""
    return (list(FILES).index(name) if name in FILES else len(FILES), name)
