/**
 * The tree of the catalog: source, database, table, column.
 */
import { refreshIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { columnIcon, databaseIcon, sourceIcon, tableIcon } from '../icons';
import { CommandIDs } from '../tokens';
import { IconButton } from '../ui/parts';
import { TagChips } from '../ui/tags';
import { TreeView } from '../ui/tree-view';
import type { CatalogSection } from './list';
import type { Row } from './tree';
import { kindLabel, rowsText, shortCount, tagTexts } from './words';

/** How many tags a row shows. */
const TAGS = 2;

const ICONS: Partial<Record<Row['kind'], LabIcon>> = {
  source: sourceIcon,
  database: databaseIcon,
  table: tableIcon,
  column: columnIcon
};

/** The tree of the catalog. */
export function CatalogTree(props: { section: CatalogSection }): JSX.Element {
  const { section } = props;
  return (
    <TreeView<Row>
      label={section.trans.__('Catalog')}
      rows={section.rows}
      icon={row => ICONS[row.kind]}
      title={row => titleOf(row, section)}
      data={row => ({
        'data-source': row.kind === 'source' ? row.source.id : undefined,
        'data-table': row.kind === 'table' ? row.table.id : undefined,
        'data-state': row.kind === 'table' ? row.table.state : undefined
      })}
      text={row => <RowText row={row} section={section} />}
      setOpen={(row, open) => section.setOpen(row, open)}
      activate={row => activate(row, section)}
    />
  );
}

/** What a click and Enter do: tables and columns open, the rest folds. */
function activate(row: Row, section: CatalogSection): void {
  const { commands, catalog } = section;
  switch (row.kind) {
    case 'source':
    case 'database':
      section.setOpen(row, !row.open);
      break;
    case 'table':
      void commands.execute(CommandIDs.openTable, { id: row.table.id });
      break;
    case 'column':
      void commands.execute(CommandIDs.openTable, {
        id: row.table.id,
        column: row.column.name
      });
      break;
    case 'more':
    case 'error':
      void catalog.loadTables(row.database);
      break;
  }
}

function titleOf(row: Row, section: CatalogSection): string {
  const { trans } = section;
  switch (row.kind) {
    case 'source':
      return `${row.source.name} · ${kindLabel(row.source.kind, trans)} · ${row.source.location}`;
    case 'database':
      return [row.database.name, row.database.description]
        .filter(Boolean)
        .join(' · ');
    case 'table':
      return `${row.table.database}.${row.table.name} · ${row.table.format} · ${rowsText(row.table, trans)}`;
    case 'column':
      return [
        row.column.name,
        row.column.type,
        row.column.description ?? row.column.comment
      ]
        .filter(Boolean)
        .join(' · ');
    default:
      return '';
  }
}

function RowText(props: { row: Row; section: CatalogSection }): JSX.Element {
  const { row, section } = props;
  const { trans, commands } = section;
  switch (row.kind) {
    case 'source':
      return (
        <>
          <span className="jp-mlx-TreeRow-name">{row.source.name}</span>
          <span className="jp-mlx-TreeRow-detail">
            {row.source.last_crawl?.state === 'FAILED'
              ? trans.__('crawl failed')
              : kindLabel(row.source.kind, trans)}
          </span>
          <span className="jp-mlx-TreeRow-count">{row.source.tables}</span>
          <span className="jp-mlx-TreeRow-actions">
            <IconButton
              icon={refreshIcon}
              label={trans.__('Crawl %1 again', row.source.name)}
              onClick={() => {
                void commands.execute(CommandIDs.crawlSource, {
                  id: row.source.id
                });
              }}
            />
          </span>
        </>
      );
    case 'database':
      return (
        <>
          <span className="jp-mlx-TreeRow-name">{row.database.name}</span>
          <TagChips tags={tagTexts(row.database.tags)} most={TAGS} />
          <span className="jp-mlx-TreeRow-count">{row.database.tables}</span>
        </>
      );
    case 'table':
      return (
        <>
          <span className="jp-mlx-TreeRow-name">{row.table.name}</span>
          <TagChips tags={tagTexts(row.table.tags)} most={TAGS} />
          <span className="jp-mlx-TreeRow-count">
            {row.table.state === 'deprecated'
              ? trans.__('gone')
              : row.table.rows === null
                ? row.table.format
                : shortCount(row.table.rows)}
          </span>
        </>
      );
    case 'column':
      return (
        <>
          <span className="jp-mlx-TreeRow-name">{row.column.name}</span>
          <TagChips
            tags={tagTexts(ownTags(row.column.tags, row.table.tags))}
            most={TAGS}
          />
          <span className="jp-mlx-TreeRow-detail">{row.column.type}</span>
        </>
      );
    case 'loading':
      return <span>{trans.__('Reading the tables…')}</span>;
    case 'more':
      return <span>{trans.__('Show more tables')}</span>;
    case 'error':
      return (
        <span className="jp-mlx-Row-bad">
          {trans.__('%1 Try again.', row.error.message)}
        </span>
      );
  }
}

/** A column's tags beside those that it has from its table. */
function ownTags(
  tags: Record<string, string> | undefined,
  inherited: Record<string, string>
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags ?? {}).filter(
      ([key, value]) => inherited[key] !== value
    )
  );
}
