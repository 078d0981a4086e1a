/**
 * The dialog that asks what is to be materialized.
 */
import type { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { FeatureView, MaterializeRequest } from '../api/types';
import { useSignals } from '../ui/hooks';
import type { IFeaturesModel } from './tokens';

/** The form; its value is the request. */
export class MaterializeForm
  extends ReactWidget
  implements Dialog.IBodyWidget<MaterializeRequest>
{
  constructor(options: MaterializeForm.IOptions) {
    super();
    this._options = options;
    const [first] = options.features.projects;
    this._request = {
      only_new: false,
      ...(first ? { project: first.name } : {}),
      ...options.request
    };
    this.addClass('jp-mlx-MaterializeForm');
  }

  getValue(): MaterializeRequest {
    return this._request;
  }

  protected override render(): JSX.Element {
    const { features, trans } = this._options;
    return (
      <Fields
        features={features}
        trans={trans}
        request={this._request}
        onChange={change => {
          this._request = { ...this._request, ...change };
          this.update();
        }}
      />
    );
  }

  private _options: MaterializeForm.IOptions;
  private _request: MaterializeRequest;
}

export namespace MaterializeForm {
  export interface IOptions {
    features: IFeaturesModel;
    trans: TranslationBundle;
    /** What the form starts from. */
    request: MaterializeRequest;
  }
}

function Fields(props: {
  features: IFeaturesModel;
  trans: TranslationBundle;
  request: MaterializeRequest;
  onChange: (change: Partial<MaterializeRequest>) => void;
}): JSX.Element {
  const { features, trans, request, onChange } = props;
  const { project = '', views } = request;
  useSignals(features.changed);
  React.useEffect(() => {
    if (project) {
      void features.loadViews(project);
    }
  }, [features, project]);
  const items = (features.viewsOf(project)?.items ?? []).filter(isServed);
  return (
    <>
      <label>
        {trans.__('Project')}
        <select
          className="jp-mlx-Select"
          value={project}
          onChange={event =>
            onChange({ project: event.target.value, views: undefined })
          }
        >
          {features.projects.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {trans.__('View')}
        <select
          className="jp-mlx-Select"
          value={views?.[0] ?? ''}
          onChange={event =>
            onChange({
              views: event.target.value ? [event.target.value] : undefined
            })
          }
        >
          <option value="">{trans.__('all that are served')}</option>
          {items.map(({ name }) => (
            <option key={name} value={`${project}/${name}`}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          checked={request.only_new ?? false}
          onChange={event => onChange({ only_new: event.target.checked })}
        />
        {trans.__('Pass over views whose source is as it was')}
      </label>
    </>
  );
}

/** Whether its values are brought to the online store. */
function isServed(view: FeatureView): boolean {
  return view.online && view.kind !== 'on_demand';
}
