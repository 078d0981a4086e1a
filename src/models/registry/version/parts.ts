/**
 * What the tabs of the version page share.
 */
import type { IEditorServices } from '@jupyterlab/codeeditor';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import type { ModelVersion } from '../../../api/types';
import type { VersionModel } from './model';

export interface IVersionProps {
  model: VersionModel;
  commands: CommandRegistry;
  rendermime: IRenderMimeRegistry;
  editors: IEditorServices | null;
  trans: TranslationBundle;
}

/** What the tabs have besides: the version as it was read. */
export interface ITabProps extends IVersionProps {
  value: ModelVersion;
}
