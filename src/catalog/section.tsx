/**
 * The Catalog section of the side panel.
 */
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { CommandIDs } from '../tokens';
import { useSignals } from '../ui/hooks';
import { Empty, ErrorBox, Loading } from '../ui/parts';
import { Crawling } from './crawling';
import type { CatalogSection } from './list';
import { Found } from './found';
import { CatalogTree } from './tree-view';

/** The view of the section. */
export class CatalogSectionView extends ReactWidget {
  constructor(section: CatalogSection) {
    super();
    this._section = section;
    this.addClass('jp-mlx-Catalog');
  }

  protected override render(): JSX.Element {
    return <Content section={this._section} />;
  }

  private _section: CatalogSection;
}

function Content(props: { section: CatalogSection }): JSX.Element {
  const { section } = props;
  const { catalog, trans, commands } = section;
  useSignals(section.changed);
  if (catalog.status === 'failed' && catalog.error) {
    return (
      <ErrorBox
        error={catalog.error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void catalog.load()
        }}
      />
    );
  }
  if (section.found.isActive) {
    return <Found section={section} />;
  }
  if (catalog.status !== 'ready' && catalog.sources.length === 0) {
    return <Loading text={trans.__('Reading the catalog…')} />;
  }
  if (catalog.sources.length === 0) {
    return (
      <Empty
        text={trans.__(
          'The catalog is empty. Add a folder, a bucket or a database: a crawl finds its tables, their columns and types, and what changes.'
        )}
        action={{
          label: trans.__('Add a source…'),
          onClick: () => void commands.execute(CommandIDs.addSource)
        }}
      />
    );
  }
  return (
    <>
      <Crawling section={section} />
      <CatalogTree section={section} />
    </>
  );
}
