/**
 * What the tabs of the table page share.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { useSignals } from '../../ui/hooks';
import { WorkNote as Note } from '../../ui/part';
import type { TableModel, Work } from './model';

export interface ITabProps {
  model: TableModel;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** The job that works on the table, or why it failed. */
export function WorkNote(
  props: ITabProps & { work: Work; text: string }
): JSX.Element {
  const { model, work } = props;
  useSignals(model.changed);
  return (
    <Note {...props} run={model.working(work)} failed={model.failed(work)} />
  );
}
