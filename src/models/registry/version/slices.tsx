/**
 * Slices of an evaluation: each part of the data with its figure, as a bar against the whole.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Evaluation, Interval } from '../../../api/types';
import { formatNumber } from '../../../ui/format';
import { rankedNames } from '../../../ui/metrics';
import { boundsText, metricText } from '../words';

const WIDTH = 180;
const HEIGHT = 16;

/** The slices by one metric. */
export function Slices(props: {
  evaluation: Evaluation;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { evaluation, trans } = props;
  const { slices } = evaluation;
  const names = rankedNames([
    ...new Set(slices.flatMap(one => Object.keys(one.metrics)))
  ]);
  const [chosen, setChosen] = React.useState('');
  const metric = names.includes(chosen) ? chosen : names[0];
  if (slices.length === 0 || metric === undefined) {
    return null;
  }
  const whole = evaluation.intervals[metric];
  const scale = scaleOf([
    ...slices.map(one => one.metrics[metric]),
    ...(whole ? [whole] : [])
  ]);
  return (
    <section className="jp-mlx-CrawlPage-part">
      <h3>{trans.__('Slices')}</h3>
      <div className="jp-mlx-TableTools">
        <label>
          {trans.__('Metric')}
          <select
            className="jp-mlx-Select"
            value={metric}
            onChange={event => setChosen(event.target.value)}
          >
            {names.map(name => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {whole && (
          <span>{trans.__('of the whole: %1', metricText(whole.value))}</span>
        )}
      </div>
      <table className="jp-mlx-Table jp-mlx-mod-narrow jp-mlx-Slices">
        <thead>
          <tr>
            <th scope="col">{trans.__('Column')}</th>
            <th scope="col">{trans.__('Value')}</th>
            <th scope="col">{trans.__('Rows')}</th>
            <th scope="col">{metric}</th>
            <th scope="col">{trans.__('Interval')}</th>
            <th scope="col">{trans.__('As a bar')}</th>
          </tr>
        </thead>
        <tbody>
          {slices.map(one => {
            const interval = one.metrics[metric];
            return (
              <tr key={`${one.column}\n${one.value}`}>
                <td>{one.column}</td>
                <th scope="row">{one.value}</th>
                <td data-number="">{formatNumber(one.rows)}</td>
                <td data-number="">{metricText(interval?.value)}</td>
                <td data-number="">
                  {(interval && boundsText(interval)) || '–'}
                </td>
                <td>
                  {interval && (
                    <IntervalBar
                      interval={interval}
                      whole={whole}
                      scale={scale}
                      trans={trans}
                    />
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** Where figures lie, from zero where they allow it. */
export function scaleOf(
  intervals: ReadonlyArray<Interval | undefined>
): [number, number] {
  const values = intervals
    .flatMap(one => (one ? [one.value, one.low, one.high] : []))
    .filter((one): one is number => typeof one === 'number');
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  return low === high ? [0, 1] : [low, high];
}

/** A figure as a bar, its interval as a line over it, the whole's figure as a mark. */
function IntervalBar(props: {
  interval: Interval;
  whole: Interval | undefined;
  scale: [number, number];
  trans: TranslationBundle;
}): JSX.Element | null {
  const { interval, whole, scale, trans } = props;
  const at = (value: number): number =>
    ((value - scale[0]) / (scale[1] - scale[0])) * WIDTH;
  const { value, low, high } = interval;
  if (typeof value !== 'number') {
    return null;
  }
  const [from, to] = [at(0), at(value)].sort((a, b) => a - b);
  return (
    <svg
      className="jp-mlx-IntervalBar"
      role="img"
      width={WIDTH}
      height={HEIGHT}
      aria-label={trans.__(
        '%1, of the whole %2',
        metricText(value),
        metricText(whole?.value)
      )}
    >
      <rect x={from} y={3} width={Math.max(1, to - from)} height={10} />
      {typeof low === 'number' && typeof high === 'number' && (
        <path d={`M${at(low)} 8H${at(high)}M${at(low)} 5v6M${at(high)} 5v6`} />
      )}
      {typeof whole?.value === 'number' && (
        <path className="jp-mlx-mod-whole" d={`M${at(whole.value)} 0V16`} />
      )}
    </svg>
  );
}
