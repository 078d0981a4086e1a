/**
 * The icons of versions of models, and of what is done with them.
 */
import { LabIcon } from '@jupyterlab/ui-components';

import { svg } from '../../ui/svg';

/** A box with a number: a version of a model. */
export const modelVersionIcon = new LabIcon({
  name: 'jupyter-mlx:model-version',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M11 2l8 4.500V11h-2V8.700l-5 2.800v6.700l1-.6v2.300L11 21l-8-4.500v-10L11 2zm0 2.300L6 7.100l5 2.800 5-2.800-5-2.800zM5 8.700v6.600l5 2.900v-6.700L5 8.700zM15 13h2l2 5 2-5h2l-3 8h-2l-3-8z"/>'
  )
});

/** An arrow up to a line: promotion. */
export const promoteIcon = new LabIcon({
  name: 'jupyter-mlx:promote-model',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M4 3h16v2H4V3zm8 4l6 6-1.400 1.400L13 10.800V21h-2V10.800l-3.600 3.600L6 13l6-6z"/>'
  )
});

/** Bars against a line: evaluation. */
export const evaluateIcon = new LabIcon({
  name: 'jupyter-mlx:evaluate-model',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M3 3h2v16h16v2H3V3zm4 9h3v5H7v-5zm5-5h3v10h-3V7zm5 3h3v7h-3v-7z"/>'
  )
});

/** A circle that begins again: replay. */
export const replayIcon = new LabIcon({
  name: 'jupyter-mlx:replay-model',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M12 5V1L7 6l5 5V7a6 6 0 1 1-6 6H4a8 8 0 1 0 8-8zm-2 5l5 3-5 3v-6z"/>'
  )
});
