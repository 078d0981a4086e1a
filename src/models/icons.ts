/**
 * The icons of models.
 */
import { LabIcon } from '@jupyterlab/ui-components';

import { svg } from '../ui/svg';

/** A box with layers: a registered model. */
export const modelIcon = new LabIcon({
  name: 'jupyter-mlx:model',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M12 2.500l9 4.500-9 4.500L3 7l9-4.500zm0 2.200L7.500 7l4.500 2.300L16.500 7 12 4.700zM3 11l2.200-1.100L12 13.300l6.800-3.400L21 11l-9 4.500L3 11zm0 4.500l2.200-1.100 6.800 3.400 6.800-3.400 2.200 1.100-9 4.500-9-4.500z"/>'
  )
});

/** A flask: an experiment. */
export const experimentIcon = new LabIcon({
  name: 'jupyter-mlx:experiment',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M8 3h8v2h-1v4.500l5 8.500a2 2 0 0 1-1.700 3H5.700A2 2 0 0 1 4 18l5-8.500V5H8V3zm3 2v5l-2.300 4h6.600L13 10V5h-2zm-3.500 11l-1.800 3h12.600l-1.800-3h-9z"/>'
  )
});

/** A curve over an axis: one run of an experiment. */
export const modelRunIcon = new LabIcon({
  name: 'jupyter-mlx:model-run',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M3 3h2v16h16v2H3V3zm16.300 2.300l1.400 1.400L15 12.400l-4-4-3.300 4.300-1.500-1.200L10.800 5.500l4.200 4.100 4.300-4.300z"/>'
  )
});
