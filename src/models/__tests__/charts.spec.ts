import { TestServer, until } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
import type { CurveRequest } from '../../api/types';
import { axisOf } from '../charts/axes';
import { CurvesModel } from '../charts/curves-model';
import { countUndrawn, curvesSpec, extentOf } from '../charts/curves-spec';
import {
  firstOfParallel,
  firstOfScatter,
  PlotModel
} from '../charts/plot-model';
import { countPlaced, parallelSpec, scatterSpec } from '../charts/plot-specs';
import { CompareModel } from '../compare/model';
import { kindOf } from '../run/file';
import { aCurve, aTrackedRun } from './runs-samples';

const style = {
  text: '#111',
  grid: '#222',
  mark: '#333',
  font: 'serif',
  dark: false
};

const look = {
  axis: 'step' as const,
  axisTitle: 'steps',
  log: false,
  width: 600,
  range: null,
  label: (id: string) => id,
  colour: () => '#123456'
};

/** The values of a layer. */
function values(spec: Record<string, unknown>, layer: number): object[] {
  const layers = spec.layer as Array<{ data: { values: object[] } }>;
  return layers[layer].data.values;
}

describe('Curves', () => {
  it('break where a value is no number, and mark the place', () => {
    const curve = aCurve({ values: [1, 'NaN', 'Infinity'] });
    const spec = curvesSpec([curve], look, style);
    expect(values(spec, 0)).toMatchObject([{ y: 1 }, { y: null }, { y: null }]);
    expect(values(spec, 1)).toMatchObject([
      { x: 1, sign: '×', value: 'NaN' },
      { x: 2, sign: '▲', value: 'Infinity' }
    ]);
    expect(countUndrawn([curve], false)).toEqual({ special: 2, low: 0 });
  });

  it('leave out on a log scale what has no logarithm, and count it', () => {
    const curve = aCurve({ values: [10, 0, -1] });
    const spec = curvesSpec([curve], { ...look, log: true }, style);
    expect(values(spec, 0)).toMatchObject([
      { y: 10 },
      { y: null },
      { y: null }
    ]);
    expect(countUndrawn([curve], true)).toEqual({ special: 0, low: 2 });
  });

  it('show a single value as a point', () => {
    const curve = aCurve({ steps: [0], seconds: [0], values: [5], total: 1 });
    const spec = curvesSpec([curve], look, style);
    expect(values(spec, 1)).toMatchObject([{ x: 0, y: 5 }]);
  });

  it('cover steps or seconds', () => {
    expect(extentOf([aCurve()], 'step')).toEqual([0, 2]);
    expect(extentOf([aCurve()], 'time')).toEqual([0, 20]);
    expect(extentOf([], 'step')).toBeNull();
  });
});

describe('Axes', () => {
  const on = (...own: Array<string | number>) =>
    own.map((value, index) =>
      aTrackedRun({ id: String(index), values: { 'params.x': value } })
    );

  it('place numbers by their size, on a log scale where they are far apart', () => {
    expect(axisOf('params.x', on('1', '2', '3')).places).toEqual([0, 0.5, 1]);
    const wide = axisOf('params.x', on('0.0001', '0.01', '1'));
    expect(wide.isLog).toBe(true);
    expect(wide.places[1]).toBeCloseTo(0.5);
  });

  it('place texts by their order, and what is missing nowhere', () => {
    const runs = [...on('sgd', 'adam'), aTrackedRun({ id: '9' })];
    const axis = axisOf('params.x', runs);
    expect(axis.isNumeric).toBe(false);
    expect(axis.places).toEqual([1, 0, null]);
    expect(axis.ticks.map(tick => tick.text)).toEqual(['adam', 'sgd']);
  });

  it('count NaN and infinities as numbers that have no place', () => {
    const axis = axisOf('params.x', on(1, 'NaN', 'Infinity', 3));
    expect(axis.isNumeric).toBe(true);
    expect(axis.places).toEqual([0, null, null, 1]);
  });

  it('carry 200 runs over eight columns', () => {
    const columns = [...Array(8).keys()].map(index => `metrics.m${index}`);
    const runs = [...Array(200).keys()].map(at =>
      aTrackedRun({
        id: String(at),
        values: Object.fromEntries(columns.map(name => [name, at]))
      })
    );
    expect(values(parallelSpec(runs, columns, 900, style), 0)).toHaveLength(
      1600
    );
    const spec = scatterSpec(runs, columns.slice(0, 3), 900, style);
    expect((spec.data as { values: object[] }).values).toHaveLength(200);
    expect(countPlaced(runs, ['metrics.m0', 'metrics.none'])).toBe(0);
  });
});

describe('Charts of compared runs', () => {
  let server: TestServer;
  let client: MlxClient;
  let compare: CompareModel;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.on('POST models/runs/compare', {
      json: {
        runs: [
          aTrackedRun({ job_id: 'j1' }),
          aTrackedRun({ id: 'b2', job_id: 'j2' })
        ],
        missing: ['gone'],
        parameters: [{ name: 'lr', values: ['0.1', null], equal: false }],
        metrics: [
          { name: 'same', values: [1, 1], equal: true },
          { name: 'loss', values: ['NaN', 2], equal: false }
        ],
        tags: [],
        data: [],
        environment: []
      }
    });
    server.on('POST models/runs/curves', {
      json: { items: [aCurve()], missing: [] }
    });
    client = new MlxClient({ serverSettings: server.settings });
    compare = new CompareModel({ ids: ['a1', 'b2'], client: client.models });
  });

  afterEach(async () => {
    compare.dispose();
    await server.stop();
  });

  const last = () => server.seen[server.seen.length - 1].body;

  it('know values, columns and the jobs whose notebooks can be compared', async () => {
    await compare.load();
    expect(last()).toEqual({ runs: ['a1', 'b2'], only_different: true });
    expect(compare.jobs).toEqual(['j1', 'j2']);
    expect((await compare.runs()).map(run => run.values)).toEqual([
      { 'metrics.loss': 'NaN', 'metrics.same': 1, 'params.lr': '0.1' },
      { 'metrics.loss': 2, 'metrics.same': 1 }
    ]);
    const { items } = await compare.askColumns({ kind: 'metric' });
    expect(items.map(one => one.name)).toEqual(['loss', 'same']);
    await compare.setOnlyDifferent(false);
    expect(last()).toMatchObject({ only_different: false });
  });

  it('choose columns that can be drawn', async () => {
    void compare.load();
    const plot = new PlotModel({ source: compare, first: firstOfParallel });
    await plot.want();
    expect(plot.drawn?.columns).toEqual([
      'params.lr',
      'metrics.same',
      'metrics.loss'
    ]);
    const { items } = await compare.askColumns({});
    const [loss, lr, same] = items;
    expect(firstOfScatter([loss, same], [lr])).toEqual([
      'params.lr',
      'metrics.loss',
      'metrics.same'
    ]);
    plot.dispose();
  });

  it('read a part of a curve as fine as it can be drawn', async () => {
    await compare.load();
    const curves = new CurvesModel({ client: client.models, source: compare });
    await curves.want();
    const first = last() as CurveRequest;
    expect(first.metrics).toContain('loss');
    expect(first.points).toBe(2000);
    expect(first.since).toBeUndefined();
    await curves.zoom([0.5, 1.5]);
    expect(last()).toMatchObject({ since: 0.5, until: 1.5, axis: 'step' });
    await curves.setAxis('time');
    expect(last()).toMatchObject({ axis: 'time' });
    expect((last() as CurveRequest).since).toBeUndefined();
    curves.dispose();
  });

  it('say that MLflow is down, and come when it is back', async () => {
    server.on('POST models/runs/curves', { status: 503, text: 'down' });
    await compare.load();
    const curves = new CurvesModel({ client: client.models, source: compare });
    await curves.want();
    expect(curves.error).not.toBeNull();
    server.on('POST models/runs/curves', {
      json: { items: [], missing: ['a1'] }
    });
    await curves.reload();
    await until(() => curves.error === null);
    expect(curves.curves?.missing).toEqual(['a1']);
    curves.dispose();
  });
});

describe('A file of a run', () => {
  it('is shown by its name, and never opened where it could execute', () => {
    expect(kindOf('plots/roc.PNG')).toBe('image');
    expect(kindOf('model/MLmodel')).toBe('text');
    expect(kindOf('report.html')).toBe('html');
    expect(kindOf('model/model.pkl')).toBe('other');
    expect(kindOf('')).toBe('other');
  });
});
