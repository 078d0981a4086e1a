/**
 * What the tabs of the model page share.
 */
import type { IEditorServices } from '@jupyterlab/codeeditor';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import type { RegisteredModelModel } from './model';

export interface ITabProps {
  model: RegisteredModelModel;
  commands: CommandRegistry;
  editors: IEditorServices | null;
  trans: TranslationBundle;
}
