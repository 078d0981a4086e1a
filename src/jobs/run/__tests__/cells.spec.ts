import type { MlxEvent } from '../../../api/types';
import { CellList } from '../cells';

const NOTEBOOK = {
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
  cells: [
    { cell_type: 'markdown', id: 'm', source: '# Title', metadata: {} },
    { cell_type: 'code', id: 'p', source: 'lr = 1', metadata: {} },
    { cell_type: 'code', id: 'a', source: ['x = 1\n', 'x'], metadata: {} },
    { cell_type: 'code', id: 'b', source: 'y', metadata: {} }
  ]
};

function event(id: number, kind: string, data: object): MlxEvent {
  return {
    id,
    time: '2026-01-01T00:00:00Z',
    kind: kind as MlxEvent['kind'],
    subject: 'r1',
    data: { attempt: 1, ...data }
  };
}

describe('CellList', () => {
  it('starts with the code cells of the notebook, all waiting', () => {
    const list = new CellList(NOTEBOOK);
    expect(list.cells.map(cell => [cell.number, cell.state])).toEqual([
      [2, 'waiting'],
      [3, 'waiting'],
      [4, 'waiting']
    ]);
    expect(list.cells[1].source).toBe('x = 1\nx');
  });

  it('makes room for the cell that papermill injects', () => {
    const list = new CellList(NOTEBOOK);
    list.apply(
      event(1, 'job.cell', { cell: 2, cell_id: 'p', state: 'finished' })
    );
    list.apply(
      event(2, 'job.cell', {
        cell: 3,
        cell_id: 'injected',
        state: 'started',
        source: 'lr = 2'
      })
    );
    expect(list.cells.map(cell => [cell.number, cell.id])).toEqual([
      [2, 'p'],
      [3, 'injected'],
      [4, 'a'],
      [5, 'b']
    ]);
  });

  it('moves the cells behind one whose number is another than thought', () => {
    const list = new CellList(NOTEBOOK);
    list.apply(
      event(1, 'job.cell', { cell: 4, cell_id: 'a', state: 'started' })
    );
    expect(list.cells.map(cell => cell.number)).toEqual([2, 4, 5]);
  });

  it('passes over events that it has seen', () => {
    const list = new CellList(NOTEBOOK);
    const output = { output_type: 'stream', name: 'stdout', text: 'hi\n' };
    list.apply(event(5, 'job.output', { cell: 2, output }));
    list.apply(event(5, 'job.output', { cell: 2, output }));
    expect(list.at(2)?.outputs).toEqual([output]);
  });

  it('joins consecutive texts of one stream, as the view does', () => {
    const list = new CellList(NOTEBOOK);
    const say = (id: number, name: string, text: string) =>
      list.apply(
        event(id, 'job.output', {
          cell: 2,
          output: { output_type: 'stream', name, text }
        })
      );
    say(1, 'stdout', 'a');
    say(2, 'stdout', 'b');
    say(3, 'stderr', 'c');
    expect(list.at(2)?.outputs.map(one => one.text)).toEqual(['ab', 'c']);
  });

  it('updates a display in place and clears when told', () => {
    const list = new CellList(NOTEBOOK);
    const display = (text: string) => ({
      output_type: 'display_data',
      data: { 'text/plain': text },
      metadata: {}
    });
    list.apply(
      event(1, 'job.output', {
        cell: 2,
        display_id: 'd',
        output: display('10%')
      })
    );
    list.apply(
      event(2, 'job.output', {
        cell: 2,
        display_id: 'd',
        update: true,
        output: display('20%')
      })
    );
    expect(list.at(2)?.outputs).toEqual([display('20%')]);
    list.apply(event(3, 'job.output', { cell: 2, clear: true }));
    expect(list.at(2)?.outputs).toEqual([]);
  });

  it('keeps times, finds the failed cell and stops what ran', () => {
    const list = new CellList(NOTEBOOK);
    list.apply(
      event(1, 'job.cell', {
        cell: 2,
        cell_id: 'p',
        state: 'finished',
        wall_s: 3,
        memory_bytes: 5
      })
    );
    list.apply(
      event(2, 'job.cell', {
        cell: 3,
        cell_id: 'a',
        state: 'failed',
        wall_s: 1
      })
    );
    list.apply(
      event(3, 'job.cell', { cell: 4, cell_id: 'b', state: 'started' })
    );
    list.stop();
    expect(list.longest).toBe(3);
    expect(list.failed?.id).toBe('a');
    expect(list.at(4)?.state).toBe('stopped');
  });

  it('says of a cell that was ended from outside that it was stopped', () => {
    const list = new CellList(NOTEBOOK);
    list.apply(
      event(1, 'job.cell', { cell: 2, cell_id: 'p', state: 'failed' })
    );
    list.stop(true);
    expect(list.failed).toBeUndefined();
    expect(list.cells[0].state).toBe('stopped');
  });
});
