/**
 * The drawings of icons.
 */

/** A drawing of ours in the size of JupyterLab's. */
export function svg(body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">${body}</svg>`;
}
