/**
 * Icons of our own; the rest are JupyterLab's.
 */
import { LabIcon } from '@jupyterlab/ui-components';

import { svg } from './ui/svg';

/** A notebook that a gear drives: the workbench. */
export const mlxIcon = new LabIcon({
  name: 'jupyter-mlx:mlx',
  svgstr: svg(
    '<g class="jp-icon3" fill="#616161"><path d="M4 3h11a2 2 0 0 1 2 2v4.2a6 6 0 0 0-2 .6V5H6v14h5.3a6 6 0 0 0 1.5 2H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z"/><path d="M8 8h5v2H8zm0 4h3v2H8z"/><path d="M16.6 11h1.8l.3 1.4 1.1.5 1.3-.7 1.2 1.2-.7 1.3.5 1.1 1.4.3v1.8l-1.4.3-.5 1.1.7 1.3-1.2 1.2-1.3-.7-1.1.5-.3 1.4h-1.8l-.3-1.4-1.1-.5-1.3.7-1.2-1.2.7-1.3-.5-1.1-1.4-.3v-1.8l1.4-.3.5-1.1-.7-1.3 1.2-1.2 1.3.7 1.1-.5zm.9 3.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z"/></g>'
  )
});

/** A notebook with a play sign: run it as a job. */
export const runJobIcon = new LabIcon({
  name: 'jupyter-mlx:run-job',
  svgstr: svg(
    '<g class="jp-icon3" fill="#616161"><path d="M4 3h12a2 2 0 0 1 2 2v5h-2V5H6v14h5v2H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z"/><path d="M8 8h6v2H8zm0 4h4v2H8z"/><path d="M14 12.5v9l7.5-4.5z"/></g>'
  )
});

/** A clock: a schedule. */
export const scheduleIcon = new LabIcon({
  name: 'jupyter-mlx:schedule',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 2a7 7 0 1 1 0 14 7 7 0 0 1 0-14zm-1 2v6l4.5 2.7 1-1.6-3.5-2.1V7z"/>'
  )
});

/** Two pages side by side: compare. */
export const compareIcon = new LabIcon({
  name: 'jupyter-mlx:compare',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M4 4h7v16H4V4zm2 2v12h3V6zm7-2h7v16h-7zm2 2v2h3V6zm0 4v2h3v-2z"/>'
  )
});

/** A place that is crawled: a plug. */
export const sourceIcon = new LabIcon({
  name: 'jupyter-mlx:source',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M8 3h2v5h4V3h2v5h2v4a6 6 0 0 1-5 5.9V21h-2v-3.1A6 6 0 0 1 6 12V8h2V3zm0 7v2a4 4 0 0 0 8 0v-2H8z"/>'
  )
});

/** A cylinder: a database. */
export const databaseIcon = new LabIcon({
  name: 'jupyter-mlx:database',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M12 3c4.4 0 8 1.3 8 3v12c0 1.7-3.6 3-8 3s-8-1.3-8-3V6c0-1.7 3.6-3 8-3zm0 2C8.5 5 6.300 5.800 6 6.100c.3.300 2.500 1.100 6 1.100s5.700-.8 6-1.100C17.700 5.800 15.500 5 12 5zm6 3.500C16.500 9 14.400 9.300 12 9.300S7.500 9 6 8.500v3.300c.6.500 2.800 1.200 6 1.200s5.400-.7 6-1.200V8.500zm0 5.700c-1.500.5-3.600.8-6 .8s-4.500-.3-6-.8v3.500c.3.400 2.500 1.300 6 1.300s5.700-.9 6-1.300v-3.500z"/>'
  )
});

/** A grid with a head: a table. */
export const tableIcon = new LabIcon({
  name: 'jupyter-mlx:table',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M4 4h16v16H4V4zm2 5v3h5V9H6zm7 0v3h5V9h-5zm-7 5v4h5v-4H6zm7 0v4h5v-4h-5z"/>'
  )
});

/** One of the grid's columns. */
export const columnIcon = new LabIcon({
  name: 'jupyter-mlx:column',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M9 4h6v16H9V4zm2 4v3h2V8h-2zm0 5v3h2v-3h-2z"/>'
  )
});

/** A circle with a sign in it, one for each way a run can stand. */
function stateSvg(sign: string): string {
  return svg(
    `<circle class="jp-mlx-state-fill" cx="12" cy="12" r="9"/>${sign}`
  );
}

const STROKE =
  'fill="none" class="jp-mlx-state-sign" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"';

export const succeededIcon = new LabIcon({
  name: 'jupyter-mlx:succeeded',
  svgstr: stateSvg(`<path ${STROKE} d="M8 12.4l2.8 2.8L16 9.6"/>`)
});

export const failedIcon = new LabIcon({
  name: 'jupyter-mlx:failed',
  svgstr: stateSvg(`<path ${STROKE} d="M9 9l6 6M15 9l-6 6"/>`)
});

export const stoppedIcon = new LabIcon({
  name: 'jupyter-mlx:stopped',
  svgstr: stateSvg(`<path ${STROKE} d="M8.5 12h7"/>`)
});

export const queuedIcon = new LabIcon({
  name: 'jupyter-mlx:queued',
  svgstr: stateSvg(`<path ${STROKE} d="M12 8v4.4l2.6 1.6"/>`)
});

export const runningStateIcon = new LabIcon({
  name: 'jupyter-mlx:running',
  svgstr: stateSvg('<path class="jp-mlx-state-solid" d="M10 8.2v7.6l6-3.8z"/>')
});
