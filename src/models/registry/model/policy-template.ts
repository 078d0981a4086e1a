/**
 * What a new policy starts from. No view.
 */

/** A policy that keeps worse versions away from the champion’s alias. */
export function policyTemplate(model: string): string {
  return `name: ${JSON.stringify(`${model}-champion`)}
model: ${JSON.stringify(model)}
aliases: [champion]
checks:
  - kind: metric
    metric: roc_auc
    min: 0.7
`;
}
