/**
 * The folded fields of the form that are no plain text.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Field } from '../../ui/fields';
import type { FormModel } from './model';

interface IProps {
  model: FormModel;
  trans: TranslationBundle;
}

/** The kernel; the notebook's own by default. */
export function KernelField(props: IProps): JSX.Element {
  const { model, trans } = props;
  const { kernels } = model.config!;
  const own = kernels.find(one => one.name === model.info!.kernel);
  return (
    <Field
      id={`${model.key}-kernel`}
      label={trans.__('Kernel')}
      error={model.errorOf('kernel')}
    >
      {aria => (
        <select
          {...aria}
          className="jp-mlx-Select"
          value={model.settings.kernel}
          onChange={event => model.set('kernel', event.target.value)}
        >
          <option value="">
            {own
              ? trans.__('The notebook’s own: %1', own.display_name)
              : trans.__('The notebook’s own')}
          </option>
          {kernels.map(kernel => (
            <option key={kernel.name} value={kernel.name}>
              {kernel.display_name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Which secrets the run may read. Their values never come here. */
export function SecretsField(props: IProps): JSX.Element {
  const { model, trans } = props;
  const names = model.config!.secrets;
  return (
    <div className="jp-mlx-Field" role="group" aria-label={trans.__('Secrets')}>
      <span className="jp-mlx-Field-label">{trans.__('Secrets')}</span>
      <div className="jp-mlx-Field-control">
        {names.map(name => (
          <label key={name} className="jp-mlx-Choice">
            <input
              type="checkbox"
              checked={model.secrets.has(name)}
              onChange={event => model.setSecret(name, event.target.checked)}
            />
            {name}
          </label>
        ))}
        <div className="jp-mlx-Field-hint">
          {names.length
            ? trans.__(
                'The run reads them from its environment; a parameter can refer to one as secret://NAME.'
              )
            : trans.__('None are configured.')}
        </div>
      </div>
    </div>
  );
}
