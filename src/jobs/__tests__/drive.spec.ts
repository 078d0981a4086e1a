import { TestServer, aRun } from '../../__tests__/server';
import { MlxClient } from '../../api/client';
import { resultPath, RunsDrive } from '../drive';

const CONTENT = {
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
  cells: [
    {
      cell_type: 'code',
      id: 'a',
      metadata: {},
      execution_count: 1,
      source: ['x = 1\n', 'x'],
      outputs: [
        { output_type: 'stream', name: 'stdout', text: ['a\n', 'b\n'] },
        {
          output_type: 'display_data',
          metadata: {},
          data: { 'text/html': ['<p>', '</p>'], 'application/json': [1, 2] }
        }
      ]
    }
  ]
};

describe('RunsDrive', () => {
  let server: TestServer;
  let drive: RunsDrive;

  beforeEach(async () => {
    server = new TestServer();
    await server.start();
    server.on('GET jobs/r1', { json: aRun({ state: 'SUCCEEDED' }) });
    server.on('GET jobs/r1/outputs/notebook.ipynb', { json: CONTENT });
    drive = new RunsDrive(new MlxClient({ serverSettings: server.settings }));
  });

  afterEach(() => server.stop());

  it('reads the executed notebook of an attempt, as a file that is not written', async () => {
    const path = resultPath(aRun(), 2);
    expect(path).toBe('MlxRuns:r1/2/02-train.ipynb');
    const model = await drive.get(path.split(':')[1]);
    expect(model).toMatchObject({ type: 'notebook', writable: false });
    const asked = server.seen.find(one => one.path.endsWith('notebook.ipynb'));
    expect(asked?.query.get('attempt')).toBe('2');
  });

  it('gives texts whole, and leaves the lists of JSON data alone', async () => {
    const { content } = await drive.get('r1/1/02-train.ipynb');
    const [cell] = content.cells;
    expect(cell.source).toBe('x = 1\nx');
    expect(cell.outputs[0].text).toBe('a\nb\n');
    expect(cell.outputs[1].data).toEqual({
      'text/html': '<p></p>',
      'application/json': [1, 2]
    });
  });

  it('reads nothing else and writes nothing', async () => {
    await expect(drive.get('r1')).rejects.toMatchObject({ code: 'not_found' });
    await expect(drive.save()).rejects.toMatchObject({ code: 'read_only' });
  });
});
