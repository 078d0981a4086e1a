/**
 * The plugins of models.
 */
import runs from './plugins/runs';
import registry from './plugins/registry';

export default [...runs, ...registry];
