/**
 * What a search in the catalog found: facets, then hits.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { CatalogHit } from '../api/types';
import { featureViewIcon } from '../features/icons';
import { columnIcon, databaseIcon, tableIcon } from '../icons';
import { Empty, ErrorBox, Loading } from '../ui/parts';
import { TagChips } from '../ui/tags';
import type { CatalogSection } from './list';
import { facetTerm, hasTerm, pieces } from './search';
import { tagTexts } from './words';

/** How many values a facet shows. */
const VALUES = 6;

const ICONS: Record<CatalogHit['kind'], LabIcon> = {
  table: tableIcon,
  column: columnIcon,
  database: databaseIcon,
  feature_view: featureViewIcon,
  feature: columnIcon
};

/** The view of a search. */
export function Found(props: { section: CatalogSection }): JSX.Element {
  const { section } = props;
  const { found, trans } = section;
  const { result, error } = found;
  if (error) {
    return <ErrorBox error={error} trans={trans} />;
  }
  if (!result) {
    return <Loading text={trans.__('Searching the catalog…')} />;
  }
  return (
    <>
      <div className="jp-mlx-Found-count" role="status">
        {trans._n('%1 hit', '%1 hits', result.total)}
        {result.corrected &&
          ` · ${trans.__('searched for “%1”', result.corrected)}`}
      </div>
      <Facets section={section} />
      {result.hits.length === 0 ? (
        <Empty text={trans.__('Nothing in the catalog matches.')} />
      ) : (
        <ul
          className="jp-mlx-List"
          aria-label={trans.__('Hits in the catalog')}
        >
          {result.hits.map(hit => (
            <Hit key={`${hit.kind}:${hit.path}`} hit={hit} section={section} />
          ))}
        </ul>
      )}
      {result.next_cursor && (
        <button
          type="button"
          className="jp-mlx-Button jp-mlx-More"
          onClick={() => void found.more()}
        >
          {trans.__('Show more hits')}
        </button>
      )}
    </>
  );
}

function Hit(props: { hit: CatalogHit; section: CatalogSection }): JSX.Element {
  const { hit, section } = props;
  const Icon = ICONS[hit.kind].react;
  const tags = tagTexts(hit.tags);
  // Where only the name matched it is marked in its place.
  const isName = plainText(hit.snippet) === hit.name;
  return (
    <li className="jp-mlx-Row" data-hit={hit.path} title={hit.path}>
      <button
        type="button"
        className="jp-mlx-Row-main"
        data-mlx-row=""
        disabled={!section.canOpen(hit)}
        onClick={() => section.openHit(hit)}
      >
        <span className="jp-mlx-Row-line">
          <Icon tag="span" className="jp-mlx-TreeRow-icon" />
          <span className="jp-mlx-Row-name">
            {isName ? (
              <>
                {hit.path.slice(0, -hit.name.length)}
                <Marked snippet={hit.snippet} />
              </>
            ) : (
              hit.path
            )}
          </span>
          <TagChips tags={tags} most={1} />
        </span>
        {hit.snippet && !isName && (
          <span className="jp-mlx-Found-snippet">
            <Marked snippet={hit.snippet} />
          </span>
        )}
      </button>
    </li>
  );
}

/** A snippet with what matched marked. */
function Marked(props: { snippet: string }): JSX.Element {
  return (
    <>
      {pieces(props.snippet).map((piece, index) =>
        piece.marked ? (
          <mark key={index}>{piece.text}</mark>
        ) : (
          <React.Fragment key={index}>{piece.text}</React.Fragment>
        )
      )}
    </>
  );
}

function plainText(snippet: string): string {
  return pieces(snippet)
    .map(piece => piece.text)
    .join('');
}

function Facets(props: { section: CatalogSection }): JSX.Element | null {
  const { section } = props;
  const { found, trans } = section;
  const { facets: all = {}, total = 0 } = found.result ?? {};
  const facets = Object.entries(all)
    .map(([name, values]) => ({
      name,
      // What all hits have narrows nothing, unless it is what was asked for.
      values: Object.entries(values).filter(
        ([value, count]) =>
          count < total || hasTerm(found.query, facetTerm(name, value))
      )
    }))
    .filter(({ values }) => values.length > 0);
  if (facets.length === 0) {
    return null;
  }
  return (
    <div
      className="jp-mlx-Facets"
      role="group"
      aria-label={trans.__('Narrow the search')}
    >
      {facets.map(({ name, values }) => (
        <div key={name} className="jp-mlx-Facet">
          <span className="jp-mlx-Facet-name">{facetLabel(name, trans)}</span>
          {values
            .sort((a, b) => b[1] - a[1])
            .slice(0, VALUES)
            .map(([value, count]) => {
              const term = facetTerm(name, value);
              return (
                <button
                  key={value}
                  type="button"
                  className="jp-mlx-Chip"
                  aria-pressed={hasTerm(found.query, term)}
                  title={term}
                  onClick={() => section.toggle(term)}
                >
                  {value} <span className="jp-mlx-Chip-count">{count}</span>
                </button>
              );
            })}
        </div>
      ))}
    </div>
  );
}

function facetLabel(name: string, trans: TranslationBundle): string {
  switch (name) {
    case 'kind':
      return trans.__('Kind');
    case 'source':
      return trans.__('Source');
    case 'format':
      return trans.__('Format');
    case 'database':
      return trans.__('Database');
    case 'tag':
      return trans.__('Tag');
    case 'owner':
      return trans.__('Owner');
    case 'freshness':
      return trans.__('Changed within');
    case 'quality':
      return trans.__('Quality');
    default:
      return name;
  }
}
