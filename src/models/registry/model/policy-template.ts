/**
 * What a new policy starts from. No view.
 */

/** A policy that keeps worse versions away from the champion’s alias. */
export function policyTemplate(model: string, metric: string): string {
  const name = model.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[.-]+/, '');
  return `policy: ${name || 'model'}-champion
model: ${JSON.stringify(model)}
aliases: [champion]
checks:
  # On the same data, as far as chance lets tell.
  - check: no_worse_than
    metric: ${JSON.stringify(metric)}
    interval: true
  - check: approval
    count: 1
  # Other kinds: metric, slice_floor, fresh_data, no_leakage, packages, reproducible, notebook.
`;
}
