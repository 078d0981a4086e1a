/**
 * What can be done with models. What has consequences asks first and names its target.
 */
import {
  Dialog,
  InputDialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { MlxError } from '../../api/errors';
import type { Policy, ReplayRequest } from '../../api/types';

/** Whether whoever is asked is sure. */
export async function isSure(options: {
  title: string;
  body: string;
  label: string;
  warn?: boolean;
  trans: TranslationBundle;
}): Promise<boolean> {
  const { title, body, label, warn, trans } = options;
  const { button } = await showDialog({
    title,
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      warn ? Dialog.warnButton({ label }) : Dialog.okButton({ label })
    ],
    // What can not be undone is not what Enter does.
    defaultButton: warn ? 0 : 1
  });
  return button.accept;
}

/** Ask whether a policy is to be taken out of force. */
export function isSureToRemove(
  policy: Policy,
  trans: TranslationBundle
): Promise<boolean> {
  return isSure({
    title: trans.__('Take the policy out of force?'),
    body: trans.__(
      '“%1” no longer guards %2 of %3: whoever may promote moves them without a gate. Its versions are kept.',
      policy.name,
      policy.aliases.join(', '),
      policy.model
    ),
    label: trans.__('Take it out of force'),
    warn: true,
    trans
  });
}

/** Ask whether an alias is to be moved whatever the gate says. */
export function isSureToOverride(
  move: { model: string; version: string; alias: string; why: string },
  trans: TranslationBundle
): Promise<boolean> {
  return isSure({
    title: trans.__('Promote whatever the gate says?'),
    body: trans.__(
      '“%1” of %2 goes to %3 even if its gate refuses. Your name and this reason go into the audit log: %4',
      move.alias,
      move.model,
      move.version,
      move.why
    ),
    label: trans.__('Override the gate'),
    warn: true,
    trans
  });
}

/** Ask whether an alias that nothing guards is to be moved, or taken away. */
export function isSureToMove(
  move: {
    model: string;
    version: string | null;
    alias: string;
    from: string;
  },
  trans: TranslationBundle
): Promise<boolean> {
  const { model, version, alias, from } = move;
  return version === null
    ? isSure({
        title: trans.__('Take the alias away?'),
        body: trans.__(
          '“%1” of %2 is taken away from %3: whatever loads the model by it fails from now on.',
          alias,
          model,
          from
        ),
        label: trans.__('Take it away'),
        warn: true,
        trans
      })
    : isSure({
        title: trans.__('Move the alias?'),
        body: trans.__(
          '“%1” of %2 goes from %3 to %4 at once: no policy guards it.',
          alias,
          model,
          from,
          version
        ),
        label: trans.__('Move it'),
        trans
      });
}

/** Ask how closely a version is to be made again; null where it is not to be. */
export async function askReplay(
  of: { model: string; version: number },
  trans: TranslationBundle
): Promise<ReplayRequest | null> {
  const { value, button } = await InputDialog.getText({
    title: trans.__('Make %1 v%2 again?', of.model, of.version),
    label: trans.__(
      'Its notebook runs once more as a job, with the recorded parameters, data and environment. How far may metrics and weights be off, as a share of their size? 0 asks for equal bits.'
    ),
    text: '0',
    pattern: '[0-9]*[.]?[0-9]+([eE][+\\-]?[0-9]+)?',
    required: true,
    okLabel: trans.__('Replay')
  });
  const tolerance = Number(value);
  return button.accept && Number.isFinite(tolerance) && tolerance >= 0
    ? { ...of, tolerance }
    : null;
}

/** Tell of a failure with its remedy. */
export function tell(reason: unknown): void {
  const error = MlxError.from(reason);
  Notification.error(
    error.remedy ? `${error.message}\n\n${error.remedy}` : error.message,
    { autoClose: 10000 }
  );
}
