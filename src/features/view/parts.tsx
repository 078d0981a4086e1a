/**
 * What the tabs of the view page share.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { FeatureUse } from '../../api/types';
import { CommandIDs } from '../../tokens';
import { useSignals } from '../../ui/hooks';
import { WorkNote as Note } from '../../ui/part';
import { versioned } from '../words';
import type { ViewModel, Work } from './model';

export interface ITabProps {
  model: ViewModel;
  commands: CommandRegistry;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** The job that works on the view, or why it failed. */
export function WorkNote(props: ITabProps & { work: Work }): JSX.Element {
  const { model, work, trans } = props;
  useSignals(model.changed);
  return (
    <Note
      {...props}
      run={model.working(work)}
      failed={model.failed(work)}
      text={
        work === 'materialize'
          ? trans.__('The online store is brought up to date…')
          : trans.__('The statistics are being computed…')
      }
    />
  );
}

/** What uses a view, by its name; a link where it has a page. */
export function UseName(props: {
  use: FeatureUse;
  commands: CommandRegistry;
}): JSX.Element {
  const { use, commands } = props;
  const name =
    use.version !== null && use.kind === 'view'
      ? versioned({ name: use.name, version: use.version })
      : use.name;
  const command = COMMANDS[use.kind];
  return command ? (
    <button
      type="button"
      className="jp-mlx-Link"
      onClick={() => void commands.execute(command, { id: use.id })}
    >
      {name}
    </button>
  ) : (
    <span>{name}</span>
  );
}

const COMMANDS: Partial<Record<FeatureUse['kind'], string>> = {
  table: CommandIDs.openTable,
  view: CommandIDs.openFeatureView,
  training_set: CommandIDs.openTrainingSet,
  run: CommandIDs.openRun
};
