/**
 * The page of a version of a model: head, tabs, and what the chosen tab shows.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { useSignals } from '../../../ui/hooks';
import { Loading } from '../../../ui/parts';
import { TabbedPage } from '../../../ui/tabbed-page';
import { modelVersionIcon } from '../icons';
import { versioned } from '../words';
import { ApprovalsTab } from './approvals';
import { CardTab } from './card';
import { EvaluationTab } from './evaluation';
import { FilesTab } from './files';
import { GatesTab } from './gates';
import { VersionHead } from './head';
import type { VersionModel } from './model';
import { OriginTab } from './origin';
import type { ITabProps, IVersionProps } from './parts';
import { ReplaysTab } from './replays';
import { SignatureTab } from './signature';

const TABS = [
  'card',
  'evaluation',
  'gates',
  'signature',
  'origin',
  'approvals',
  'replays',
  'files'
] as const;

type TabId = (typeof TABS)[number];

const VIEWS: Record<TabId, (props: ITabProps) => JSX.Element> = {
  card: CardTab,
  evaluation: EvaluationTab,
  gates: GatesTab,
  signature: SignatureTab,
  origin: OriginTab,
  approvals: ApprovalsTab,
  replays: ReplaysTab,
  files: FilesTab
};

/**
 * The page of one version.
 */
export class VersionPage extends TabbedPage<TabId> {
  constructor(options: VersionPage.IOptions) {
    const { trans, model } = options;
    const { name, number } = model;
    super({
      label: trans.__('Parts of the version'),
      idPrefix: `jp-mlx-version-${encodeURIComponent(name)}-${number}`,
      tabs: TABS.map(id => ({ id, label: tabLabel(id, trans) })),
      head: <VersionHead {...options} />,
      trans
    });
    this._options = options;
    this.model = model;
    this.addClass('jp-mlx-VersionPage');
    this.title.icon = modelVersionIcon;
    this.title.label = versioned({ name, version: number });
    this.title.caption = trans.__('Version %1 of %2', number, name);
    this.showTab('card');
    void model.load();
  }

  readonly model: VersionModel;

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.dispose();
      super.dispose();
    }
  }

  protected override view(id: TabId): JSX.Element {
    return <Tab {...this._options} view={VIEWS[id]} />;
  }

  private _options: VersionPage.IOptions;
}

export namespace VersionPage {
  export type IOptions = IVersionProps;
}

/** A tab, as soon as the version is there. The head says why where it is not. */
function Tab(
  props: IVersionProps & { view: (props: ITabProps) => JSX.Element }
): JSX.Element | null {
  const { model, trans, view: View } = props;
  useSignals(model.changed);
  const value = model.version.value;
  if (!value) {
    return model.version.error ? null : (
      <Loading text={trans.__('Reading the version…')} />
    );
  }
  return <View {...props} value={value} />;
}

function tabLabel(id: TabId, trans: TranslationBundle): string {
  switch (id) {
    case 'card':
      return trans.__('Card');
    case 'evaluation':
      return trans.__('Evaluation');
    case 'gates':
      return trans.__('Gates');
    case 'signature':
      return trans.__('Signature');
    case 'origin':
      return trans.__('Origin');
    case 'approvals':
      return trans.__('Approvals');
    case 'replays':
      return trans.__('Replays');
    case 'files':
      return trans.__('Files and tags');
  }
}
