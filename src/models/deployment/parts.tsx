/**
 * What the parts of the deployment page share.
 */
import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { checkIcon, copyIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { IconButton } from '../../ui/parts';
import type { DeploymentActions } from './actions';
import type { DeploymentModel } from './model';

export interface ITabProps {
  model: DeploymentModel;
  actions: DeploymentActions;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** How long a copy is confirmed, in milliseconds. */
const CONFIRMED = 2000;

/** A button that puts a text on the clipboard, and says that it did. */
export function Copy(props: {
  text: string;
  /** What is copied, as the button's name. */
  label: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { text, label, trans } = props;
  const [isDone, setDone] = React.useState(false);
  React.useEffect(() => {
    if (!isDone) {
      return;
    }
    const timer = setTimeout(() => setDone(false), CONFIRMED);
    return () => clearTimeout(timer);
  }, [isDone]);
  return (
    <IconButton
      icon={isDone ? checkIcon : copyIcon}
      label={isDone ? trans.__('Copied') : label}
      onClick={() => {
        Clipboard.copyToSystem(text);
        setDone(true);
      }}
    />
  );
}
