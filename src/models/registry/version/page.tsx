/**
 * The page of a version of a model: head, tabs, and what the chosen tab shows.
 */
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
import { OriginTab } from './origin';
import type { ITabProps, IVersionProps } from './parts';
import { ReplaysTab } from './replays';
import { SignatureTab } from './signature';

/**
 * The page of one version.
 */
export class VersionPage extends TabbedPage<IVersionProps> {
  constructor(options: VersionPage.IOptions) {
    const { trans, model } = options;
    const { name, number } = model;
    super(options);
    this.addClass('jp-mlx-VersionPage');
    this.title.icon = modelVersionIcon;
    this.title.label = versioned({ name, version: number });
    this.title.caption = trans.__('Version %1 of %2', number, name);
    this.build({
      label: trans.__('Parts of the version'),
      idPrefix: `jp-mlx-version-${encodeURIComponent(name)}-${number}`,
      head: VersionHead,
      tabs: [
        { id: 'card', label: trans.__('Card'), view: read(CardTab) },
        {
          id: 'evaluation',
          label: trans.__('Evaluation'),
          view: read(EvaluationTab)
        },
        { id: 'gates', label: trans.__('Gates'), view: read(GatesTab) },
        {
          id: 'signature',
          label: trans.__('Signature'),
          view: read(SignatureTab)
        },
        { id: 'origin', label: trans.__('Origin'), view: read(OriginTab) },
        {
          id: 'approvals',
          label: trans.__('Approvals'),
          view: read(ApprovalsTab)
        },
        { id: 'replays', label: trans.__('Replays'), view: read(ReplaysTab) },
        { id: 'files', label: trans.__('Files and tags'), view: read(FilesTab) }
      ]
    });
  }
}

export namespace VersionPage {
  export type IOptions = IVersionProps;
}

/** A tab, as soon as the version is there. The head says why where it is not. */
function read(
  View: React.FunctionComponent<ITabProps>
): React.FunctionComponent<IVersionProps> {
  return function Tab(props) {
    const { model, trans } = props;
    useSignals(model.changed);
    const { value, error } = model.version;
    if (!value) {
      return error ? null : <Loading text={trans.__('Reading the version…')} />;
    }
    return <View {...props} value={value} />;
  };
}
