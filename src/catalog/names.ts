/**
 * Names of files that hold data. No view.
 */

/** What the files crawler reads, by the end of the name. */
const DATA =
  /\.(parquet|csv|tsv|psv|json|jsonl|ndjson|avro|orc|arrow|feather|log|db|sqlite|sqlite3|duckdb)(\.(gz|bz2|zip|zst|lz4|snappy))?$/i;

/** Whether a file of this name may hold tables. */
export function isData(name: string): boolean {
  return DATA.test(name);
}
