/**
 * Words for deployments.
 */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Deployment, RouteShare, ServedVersion } from '../../api/types';
import { percent } from '../../ui/format';

/** The state of a deployment in a word or two. */
export function stateLabel(
  state: Deployment['state'],
  trans: TranslationBundle
): string {
  switch (state) {
    case 'STARTING':
      return trans.__('Starting');
    case 'READY':
      return trans.__('Serving');
    case 'DEGRADED':
      return trans.__('Serving in part');
    case 'FAILED':
      return trans.__('Failed');
    case 'STOPPED':
      return trans.__('Stopped');
    case 'UPDATING':
      return trans.__('Changing');
    case 'REMOVING':
      return trans.__('Being removed');
  }
}

/** The state of one version of it. */
export function versionLabel(
  state: ServedVersion['state'],
  trans: TranslationBundle
): string {
  switch (state) {
    case 'STARTING':
      return trans.__('starting');
    case 'READY':
      return trans.__('ready');
    case 'CRASHED':
      return trans.__('crashed');
    case 'STOPPED':
      return trans.__('stopped');
    case 'STANDBY':
      return trans.__('on standby');
  }
}

/** Where a deployment runs. */
export function targetLabel(target: string, trans: TranslationBundle): string {
  switch (target) {
    case 'local':
      return trans.__('this machine');
    case 'ray':
      return trans.__('Ray Serve');
    case 'sagemaker':
      return trans.__('SageMaker');
    case 'container':
      return trans.__('container build context');
    default:
      return target;
  }
}

/** What is served to whom, on one line: `v2 80 % · v3 20 % · v4 shadow`. */
export function routesText(
  routes: ReadonlyArray<RouteShare>,
  trans: TranslationBundle
): string {
  return routes
    .map(({ version, share, shadow }) =>
      shadow ? trans.__('v%1 shadow', version) : `v${version} ${percent(share)}`
    )
    .join(' · ');
}
