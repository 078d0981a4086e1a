import { nullTranslator } from '@jupyterlab/translation';

import type { Parameter } from '../../../api/types';
import { readText, textOf } from '../parameters';

const trans = nullTranslator.load('jupyter_mlx');

function parameter(
  type: Parameter['type'],
  own: Partial<Parameter> = {}
): Parameter {
  return {
    name: 'p',
    type,
    default: 1,
    default_source: '1',
    help: '',
    nullable: false,
    ...own
  };
}

function read(one: Parameter, text: string): unknown {
  const reading = readText(one, text, new Set(['TOKEN']), trans);
  return reading.kind === 'value' ? reading.value : reading.kind;
}

describe('readText', () => {
  it.each([
    ['int', '10', 10],
    ['int', ' -3 ', -3],
    ['int', '1e3', 1000],
    ['int', '1.5', 'wrong'],
    ['int', '9007199254740993', 'wrong'],
    ['int', 'ten', 'wrong'],
    ['int', '', 'absent'],
    ['float', '1e-3', 0.001],
    ['float', '.5', 0.5],
    ['float', 'nan', 'wrong'],
    ['bool', 'true', true],
    ['bool', 'false', false],
    ['str', '', ''],
    ['str', ' a ', ' a '],
    ['list', '[1, 2]', [1, 2]],
    ['list', '{"a": 1}', 'wrong'],
    ['list', '[1', 'wrong'],
    ['dict', '{"a": 1}', { a: 1 }],
    ['dict', '[]', 'wrong'],
    ['any', 'hello', 'hello'],
    ['any', '12', 12],
    ['any', '"12"', '12']
  ] as const)('reads %s from %p as %p', (type, text, expected) => {
    expect(read(parameter(type), text)).toEqual(expected);
  });

  it('reads an empty field of a nullable parameter as null', () => {
    expect(read(parameter('int', { nullable: true }), '')).toBeNull();
  });

  it('leaves a default that is no literal to the notebook', () => {
    expect(read(parameter('str', { default: null }), '')).toBe('absent');
    expect(read(parameter('float', { default: null }), '')).toBe('absent');
  });

  it('takes only the choices that there are', () => {
    const one = parameter('str', { choices: ['cpu', 'cuda'], default: 'cpu' });
    expect(read(one, 'cuda')).toBe('cuda');
    expect(read(one, 'tpu')).toBe('wrong');
  });

  it('takes a reference to a secret that was granted, for any type', () => {
    expect(read(parameter('str'), 'secret://TOKEN')).toBe('secret://TOKEN');
    expect(read(parameter('int'), 'secret://OTHER')).toBe('wrong');
  });
});

describe('textOf', () => {
  it.each([
    ['any', '12', '"12"'],
    ['any', 'a', 'a'],
    ['str', '12', '12'],
    ['list', [1], '[1]'],
    ['float', 0.1, '0.1'],
    ['int', null, '']
  ] as const)('shows a %s %p as %p', (type, value, expected) => {
    expect(textOf(parameter(type), value)).toBe(expected);
  });

  it('is read back as the same value', () => {
    for (const value of ['12', 'null', 'a', [1], { a: 1 }, 2.5, true]) {
      const one = parameter('any', { default: 'x' });
      expect(read(one, textOf(one, value))).toEqual(value);
    }
  });
});
