/**
 * The icons of the feature store.
 */
import { LabIcon } from '@jupyterlab/ui-components';

import { svg } from '../ui/svg';

/** Blocks of which one is put in place: a feature project. */
export const featureIcon = new LabIcon({
  name: 'jupyter-mlx:features',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M3 3h8v8H3V3zm2 2v4h4V5H5zm8-2h8v8h-8V3zm2 2v4h4V5h-4zM3 13h8v8H3v-8zm2 2v4h4v-4H5zm11-2h2v3h3v2h-3v3h-2v-3h-3v-2h3z"/>'
  )
});

/** Columns over time: a feature view. */
export const featureViewIcon = new LabIcon({
  name: 'jupyter-mlx:feature-view',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M3 4h2v14h16v2H3V4zm4 7h3v6H7v-6zm5-5h3v11h-3V6zm5 3h3v8h-3V9z"/>'
  )
});

/** A key: an entity. */
export const entityIcon = new LabIcon({
  name: 'jupyter-mlx:entity',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M8 6a6 6 0 0 1 5.700 4H22v4h-2v3h-4v-3h-2.300A6 6 0 1 1 8 6zm0 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8zm0 2.500a1.500 1.500 0 1 1 0 3 1.500 1.500 0 0 1 0-3z"/>'
  )
});

/** Lines that are read together: a feature service. */
export const serviceIcon = new LabIcon({
  name: 'jupyter-mlx:feature-service',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M4 4h2v16H4V4zm4 2h12v2H8V6zm0 5h9v2H8v-2zm0 5h12v2H8v-2z"/>'
  )
});

/** A table with a check: rows to learn from. */
export const trainingSetIcon = new LabIcon({
  name: 'jupyter-mlx:training-set',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M3 4h16v7h-2V9H5v9h6v2H3V4zm2 2v1h12V6H5zm2 5h8v2H7v-2zm0 3h4v2H7v-2zm14.600-.4L23 15l-6.500 6.500L13 18l1.400-1.400 2.100 2.100z"/>'
  )
});
