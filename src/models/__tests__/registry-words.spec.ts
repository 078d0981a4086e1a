import { nullTranslator } from '@jupyterlab/translation';

import type { AliasMove } from '../../api/types';
import { readSettings, EMPTY_SETTINGS } from '../registry/evaluate/request';
import { modelSnippet } from '../registry/snippet';
import { scaleOf } from '../registry/version/slices';
import {
  boundsText,
  changeText,
  figureText,
  guards,
  headlineNames,
  metricText,
  moveGateText,
  moveText
} from '../registry/words';
import { aPolicy } from './registry-samples';

const trans = nullTranslator.load('jupyter_mlx');

describe('readSettings', () => {
  it('says what is missing or no number', () => {
    const { errors } = readSettings(
      { ...EMPTY_SETTINGS, model: 'delay', version: '0', bootstrap: '5' },
      trans
    );
    expect(Object.keys(errors).sort()).toEqual([
      'bootstrap',
      'data',
      'target',
      'version'
    ]);
  });
});

describe('modelSnippet', () => {
  const field = (name: string, type: string) => ({
    name,
    type,
    required: true,
    shape: null
  });

  it('casts what pandas would read as another type', () => {
    const code = modelSnippet({
      name: 'a "b"',
      which: { alias: 'champion' },
      signature: {
        inputs: [
          field('x', 'double'),
          field('y', 'double'),
          field('n', 'integer'),
          field('s', 'string'),
          field('b', 'boolean')
        ],
        outputs: [],
        parameters: [],
        example: { x: 1, y: 0.5, n: 3, s: 'JFK\n', b: true, z: null }
      }
    });
    expect(code).toBe(
      [
        'import jupyter_mlx as mlx',
        'import pandas as pd',
        '',
        'model = mlx.models.load("a \\"b\\"@champion")',
        'rows = pd.DataFrame([{"x": 1, "y": 0.5, "n": 3, "s": "JFK\\n", "b": True, "z": None}]).astype({"x": "float64", "n": "int32"})',
        'model.predict(rows)'
      ].join('\n')
    );
  });

  it('only loads what has no example', () => {
    const code = modelSnippet({
      name: 'delay',
      which: { version: 2 },
      signature: null
    });
    expect(code).toContain('mlx.models.load("delay/2")');
    expect(code).not.toContain('pandas');
  });
});

describe('Words of the registry', () => {
  it('has figures that are no numbers', () => {
    expect(metricText('NaN')).toBe('NaN');
    expect(metricText('-Infinity')).toBe('−∞');
    expect(metricText(undefined)).toBe('–');
    expect(changeText('NaN', 0.5)).toBe('');
    expect(changeText(0.7, 0.712)).toBe('+0.012');
    expect(boundsText({ value: 1, low: null, high: null })).toBe('');
    expect(figureText({ auc: 0.7, rows: [1, 2] })).toBe('auc 0.7, rows 1, 2');
  });

  it('puts scores before costs', () => {
    expect(headlineNames([{ seconds: 3, auc: 0.7 }, { rmse: 2 }], 2)).toEqual([
      'auc',
      'rmse'
    ]);
  });

  it('takes a pattern as a name, not as an expression', () => {
    expect(guards(aPolicy({ model: 'a.c' }), 'abc')).toBe(false);
    expect(guards(aPolicy({ model: 'a*c' }), 'a(b)c')).toBe(true);
    expect(guards(aPolicy({ in_force: false }), 'delay')).toBe(false);
  });

  it('says what a move did, and that it was made outside', () => {
    const move: AliasMove = {
      alias: 'champion',
      number: 1,
      from: null,
      to: 1,
      by: '',
      at: '2026-01-01T10:00:00Z',
      why: '',
      promotion_id: null,
      gate: null,
      overridden: false,
      outside: true
    };
    expect(moveText(move, trans)).toBe('set to v1');
    expect(moveText({ ...move, from: 1, to: null }, trans)).toBe(
      'taken away from v1'
    );
    expect(moveGateText(move, trans)).toBe('moved outside');
    expect(
      moveGateText(
        { ...move, outside: false, gate: 'refused', overridden: true },
        trans
      )
    ).toBe('refused, overridden');
  });
});

describe('scaleOf', () => {
  it('goes from zero, and has room where all is alike', () => {
    expect(scaleOf([{ value: 0.5, low: 0.4, high: 0.6 }])).toEqual([0, 0.6]);
    expect(scaleOf([{ value: -1, low: null, high: null }])).toEqual([-1, 0]);
    expect(scaleOf([{ value: 'NaN', low: null, high: null }])).toEqual([0, 1]);
  });
});
