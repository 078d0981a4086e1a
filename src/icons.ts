/**
 * Icons of our own; the rest are JupyterLab's.
 */
import { LabIcon } from '@jupyterlab/ui-components';

function svg(body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">${body}</svg>`;
}

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
