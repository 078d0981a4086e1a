/**
 * Tiny notebooks, and gates at which their cells wait for the story.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A folder of notebooks below a server's root. */
export class Folder {
  constructor(
    root: string,
    /** Relative to the server's root. */
    readonly path: string
  ) {
    this._at = join(root, path);
    mkdirSync(this._at, { recursive: true });
  }

  /** Write a notebook; the first cell is the one with the parameters, where there is one. */
  notebook(name: string, sources: string[], parameters = ''): string {
    const cells = parameters ? [parameters, ...sources] : sources;
    const content = {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {
        kernelspec: {
          name: 'python3',
          display_name: 'Python 3 (ipykernel)',
          language: 'python'
        },
        language_info: { name: 'python' }
      },
      cells: cells.map((source, index) => ({
        id: `cell-${index + 1}`,
        cell_type: 'code',
        metadata: parameters && index === 0 ? { tags: ['parameters'] } : {},
        execution_count: null,
        outputs: [],
        source
      }))
    };
    writeFileSync(join(this._at, name), JSON.stringify(content, null, 1));
    return `${this.path}/${name}`;
  }

  /** Write a file, with the folders that it lies in. */
  file(name: string, content: string | Buffer): string {
    const path = join(this._at, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return `${this.path}/${name}`;
  }

  /** Where a file lies on this machine. */
  absolute(name: string): string {
    return join(this._at, name);
  }

  /** What a file holds now. */
  read(name: string): string {
    return readFileSync(join(this._at, name), 'utf8');
  }

  /** Let the cell go on that waits at this gate. */
  open(gate: string): void {
    writeFileSync(join(this._at, gate), '');
  }

  private readonly _at: string;
}

/** Source that waits until the story opens the gate. */
export function waitAt(gate: string): string {
  return [
    'import pathlib, time',
    `while not pathlib.Path("${gate}").exists():`,
    '    time.sleep(0.05)'
  ].join('\n');
}
