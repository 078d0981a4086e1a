/**
 * Values of runs on axes from 0 to 1: numbers by their size, texts by their order. No view.
 */
import type { MetricValue, ModelRun } from '../../api/types';
import { formatNumber } from '../../ui/format';
import { columnName } from '../words';

/** How many values of texts are named on an axis. */
const NAMED = 24;

/** From this ratio of the largest to the smallest on an axis shows logarithms. */
const WIDE = 1000;

/** One axis: where each run stands on it, and what is written beside it. */
export interface IAxis {
  column: string;
  label: string;
  isNumeric: boolean;
  isLog: boolean;
  /** By run; null where it has no value, or none that can be placed. */
  places: Array<number | null>;
  /** The values as they were logged. */
  values: Array<MetricValue | string | undefined>;
  ticks: Array<{ place: number; text: string }>;
}

/** The axis of a column. */
export function axisOf(column: string, runs: ReadonlyArray<ModelRun>): IAxis {
  const values = runs.map(run => run.values[column]);
  const own = values.filter(value => value !== undefined && value !== '');
  const numbers = own.map(Number);
  const isNumeric =
    own.length > 0 &&
    own.every(
      (value, index) => isSpecial(value) || !Number.isNaN(numbers[index])
    );
  return isNumeric
    ? numericAxis(column, values)
    : textAxis(column, values, [...new Set(own.map(String))].sort());
}

function isSpecial(value: MetricValue | string | undefined): boolean {
  return value === 'NaN' || value === 'nan';
}

function numericAxis(column: string, values: IAxis['values']): IAxis {
  const numbers = values.map(value =>
    value === undefined || value === '' ? NaN : Number(value)
  );
  const finite = numbers.filter(Number.isFinite);
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const isLog = low > 0 && high / low > WIDE;
  const scale = isLog ? Math.log10 : (value: number) => value;
  const span = scale(high) - scale(low);
  const placeOf = (value: number): number =>
    span > 0 ? (scale(value) - scale(low)) / span : 0.5;
  const name = columnName(column);
  return {
    column,
    label: isLog ? `${name} (log)` : name,
    isNumeric: true,
    isLog,
    values,
    places: numbers.map(value =>
      Number.isFinite(value) ? placeOf(value) : null
    ),
    ticks:
      finite.length === 0
        ? []
        : span > 0
          ? tickValues(low, high, isLog).map(value => ({
              place: placeOf(value),
              text: formatNumber(value)
            }))
          : [{ place: 0.5, text: formatNumber(low) }]
  };
}

/** The ends and two values between them. */
function tickValues(low: number, high: number, isLog: boolean): number[] {
  return [0, 1 / 3, 2 / 3, 1].map(share =>
    isLog ? low * (high / low) ** share : low + (high - low) * share
  );
}

function textAxis(
  column: string,
  values: IAxis['values'],
  names: string[]
): IAxis {
  const last = Math.max(1, names.length - 1);
  const placeOf = new Map(
    names.map((name, index) => [name, names.length === 1 ? 0.5 : index / last])
  );
  const step = Math.ceil(names.length / NAMED);
  return {
    column,
    label: columnName(column),
    isNumeric: false,
    isLog: false,
    values,
    places: values.map(value =>
      value === undefined ? null : (placeOf.get(String(value)) ?? null)
    ),
    ticks: names
      .filter((_, index) => index % step === 0)
      .map(name => ({ place: placeOf.get(name)!, text: name }))
  };
}
