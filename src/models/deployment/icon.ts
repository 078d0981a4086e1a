/**
 * The icon of deployments.
 */
import { LabIcon } from '@jupyterlab/ui-components';

import { svg } from '../../ui/svg';

/** A box that something answers from: a deployment. */
export const deploymentIcon = new LabIcon({
  name: 'jupyter-mlx:deployment',
  svgstr: svg(
    '<path class="jp-icon3" fill="#616161" d="M12 2l5 5h-4v6h-2V7H7l5-5zM4 13h4v2H5v5h14v-5h-3v-2h4a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1zm3 4h6v2H7v-2z"/>'
  )
});
