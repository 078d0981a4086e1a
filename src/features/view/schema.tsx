/**
 * The Schema tab: each feature with its type, tags, distribution and what is said of it.
 */
import * as React from 'react';

import type { FeatureField } from '../../api/types';
import { Bars } from '../../ui/bars';
import { percent } from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { Empty, Loading } from '../../ui/parts';
import { TagChips } from '../../ui/tags';
import type { ITabProps } from './parts';

/** The features of the view. */
export function SchemaTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const view = model.view.value;
  const [filter, setFilter] = React.useState('');
  if (!view) {
    return <Loading text={trans.__('Reading the features…')} />;
  }
  if (view.features.length === 0) {
    return <Empty text={trans.__('The view has no features.')} />;
  }
  const word = filter.toLowerCase();
  const features = view.features.filter(one =>
    `${one.name} ${one.type} ${one.description}`.toLowerCase().includes(word)
  );
  const isMeasured = Boolean(model.statistics.value?.statistics);
  return (
    <>
      {view.features.length > 20 && (
        <input
          type="search"
          className="jp-mlx-Input jp-mlx-TableTools"
          aria-label={trans.__('Narrow the features')}
          placeholder={trans.__('Narrow the features…')}
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
      )}
      {!isMeasured && model.canMeasure && !model.working('statistics') && (
        <p className="jp-mlx-Sample-note">
          {trans.__('Distributions are measured by statistics.')}{' '}
          <button
            type="button"
            className="jp-mlx-Link"
            onClick={() => void model.start('statistics')}
          >
            {trans.__('Compute them now')}
          </button>
        </p>
      )}
      <table className="jp-mlx-Table jp-mlx-Schema">
        <thead>
          <tr>
            <th scope="col">{trans.__('Feature')}</th>
            <th scope="col">{trans.__('Type')}</th>
            <th scope="col">{trans.__('Tags')}</th>
            <th scope="col">{trans.__('Nulls')}</th>
            <th scope="col">{trans.__('Distribution')}</th>
            <th scope="col">{trans.__('Description')}</th>
          </tr>
        </thead>
        <tbody>
          {features.map(feature => (
            <FeatureRow key={feature.name} {...props} feature={feature} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function FeatureRow(props: ITabProps & { feature: FeatureField }): JSX.Element {
  const { model, trans, feature } = props;
  const profile = model.profileOf(feature.name);
  return (
    <tr data-feature={feature.name}>
      <th scope="row" tabIndex={-1}>
        <span className="jp-mlx-Schema-name" title={feature.name}>
          {feature.name}
        </span>
      </th>
      <td>
        <code>{feature.type}</code>
      </td>
      <td>
        <TagChips
          tags={Object.entries(feature.tags).map(
            ([key, value]) => `${key}=${value}`
          )}
        />
      </td>
      <td
        data-number=""
        title={profile ? undefined : trans.__('Not counted yet')}
      >
        {profile?.count ? percent(profile.nulls / profile.count) : '–'}
      </td>
      <td>{profile && <Bars profile={profile} trans={trans} />}</td>
      <td>{feature.description}</td>
    </tr>
  );
}
