/**
 * The catalog as a tree of rows: source, database, table, column. No view.
 */
import type { CatalogDatabase, Column, Source, Table } from '../api/types';
import type { ICatalogModel } from '../tokens';

/** One row of the tree, as deep as its level says. */
export type Row = { key: string; level: number; parent: string } & (
  | { kind: 'source'; open: boolean; source: Source }
  | { kind: 'database'; open: boolean; database: CatalogDatabase }
  | { kind: 'table'; open: boolean; table: Table }
  | { kind: 'column'; column: Column; table: Table }
  | { kind: 'loading' }
  | { kind: 'error'; error: Error; database: string }
  | { kind: 'more'; database: string }
);

/** The rows that can be seen when these keys are open. */
export function visibleRows(
  model: ICatalogModel,
  open: ReadonlySet<string>
): Row[] {
  return model.sources.flatMap(source => {
    const key = `source:${source.id}`;
    const isOpen = open.has(key);
    const row: Row = {
      key,
      kind: 'source',
      level: 1,
      parent: '',
      open: isOpen,
      source
    };
    const databases = isOpen ? databasesOf(model, source) : [];
    return [
      row,
      ...databases.flatMap(one => databaseRows(model, open, key, one))
    ];
  });
}

/** The databases of a source. */
export function databasesOf(
  model: ICatalogModel,
  source: Source
): CatalogDatabase[] {
  return model.databases.filter(one => one.source_id === source.id);
}

function databaseRows(
  model: ICatalogModel,
  open: ReadonlySet<string>,
  parent: string,
  database: CatalogDatabase
): Row[] {
  const key = `database:${database.id}`;
  const isOpen = open.has(key);
  const rows: Row[] = [
    { key, kind: 'database', level: 2, parent, open: isOpen, database }
  ];
  if (!isOpen) {
    return rows;
  }
  const tables = model.tablesOf(database.id);
  const below = { level: 3, parent: key };
  for (const table of tables?.items ?? []) {
    rows.push(...tableRows(open, key, table));
  }
  if (tables?.error) {
    const { error } = tables;
    rows.push({
      key: `${key}/error`,
      kind: 'error',
      error,
      database: database.id,
      ...below
    });
  } else if (tables?.hasMore) {
    rows.push({
      key: `${key}/more`,
      kind: 'more',
      database: database.id,
      ...below
    });
  } else if (!tables || (tables.loading && tables.items.length === 0)) {
    rows.push({ key: `${key}/loading`, kind: 'loading', ...below });
  }
  return rows;
}

function tableRows(
  open: ReadonlySet<string>,
  parent: string,
  table: Table
): Row[] {
  const key = `table:${table.id}`;
  const isOpen = open.has(key);
  return [
    { key, kind: 'table', level: 3, parent, open: isOpen, table },
    ...(isOpen ? table.columns : []).map((column): Row => ({
      key: `column:${table.id}.${column.name}`,
      kind: 'column',
      level: 4,
      parent: key,
      column,
      table
    }))
  ];
}
