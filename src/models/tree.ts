/**
 * Models, experiments and deployments as a tree of rows. No view.
 */
import type {
  Deployment,
  Experiment,
  ModelVersionSummary,
  RegisteredModel
} from '../api/types';
import type { IModelsModel } from './tokens';

/** What stands together. */
export type Group = 'models' | 'experiments' | 'deployments';

/** One row of the tree, as deep as its level says. */
export type Row = { key: string; level: number; parent: string } & (
  | { kind: 'group'; open: boolean; group: Group; count: number }
  | { kind: 'model'; open: boolean; model: RegisteredModel }
  | { kind: 'version'; version: ModelVersionSummary; open?: undefined }
  | { kind: 'more'; model: string; open?: undefined }
  | { kind: 'experiment'; experiment: Experiment; open?: undefined }
  | { kind: 'deployment'; deployment: Deployment; open?: undefined }
  | { kind: 'loading'; open?: undefined }
  | { kind: 'error'; error: Error; model: string; open?: undefined }
);

/** The rows that can be seen when these keys are open and these words are looked for. */
export function visibleRows(
  model: IModelsModel,
  open: ReadonlySet<string>,
  query = ''
): Row[] {
  const matches = (name: string): boolean =>
    query
      .toLowerCase()
      .split(/\s+/)
      .every(word => name.toLowerCase().includes(word));
  const models = model.models.filter(one => matches(one.name));
  const experiments = model.experiments.filter(one => matches(one.name));
  const deployments = model.deployments.filter(
    one => matches(one.name) || matches(one.model)
  );
  const group = (name: Group, count: number, rows: () => Row[]): Row[] => {
    if (count === 0) {
      return [];
    }
    const key = groupKey(name);
    const isOpen = open.has(key) || query !== '';
    const head = { key, kind: 'group' as const, level: 1, parent: '' };
    const row: Row = { ...head, open: isOpen, group: name, count };
    return isOpen ? [row, ...rows()] : [row];
  };
  return [
    ...group('models', models.length, () =>
      models.flatMap(one => modelRows(model, open, one))
    ),
    ...group('experiments', experiments.length, () =>
      experiments.map(experiment => ({
        key: `experiment:${experiment.id}`,
        kind: 'experiment',
        level: 2,
        parent: groupKey('experiments'),
        experiment
      }))
    ),
    ...group('deployments', deployments.length, () =>
      deployments.map(deployment => ({
        key: `deployment:${deployment.name}`,
        kind: 'deployment',
        level: 2,
        parent: groupKey('deployments'),
        deployment
      }))
    )
  ];
}

export function groupKey(group: Group): string {
  return `group:${group}`;
}

function modelRows(
  model: IModelsModel,
  open: ReadonlySet<string>,
  one: RegisteredModel
): Row[] {
  const key = `model:${one.name}`;
  const isOpen = open.has(key);
  const row: Row = {
    key,
    kind: 'model',
    level: 2,
    parent: groupKey('models'),
    open: isOpen,
    model: one
  };
  return isOpen ? [row, ...versionRows(model, one.name, key)] : [row];
}

function versionRows(model: IModelsModel, name: string, parent: string): Row[] {
  const versions = model.versionsOf(name);
  const below = { level: 3, parent };
  const rows = (versions?.items ?? []).map((version): Row => ({
    key: `version:${name}/${version.version}`,
    kind: 'version',
    version,
    ...below
  }));
  if (versions?.error) {
    const { error } = versions;
    rows.push({
      key: `${parent}/error`,
      kind: 'error',
      error,
      model: name,
      ...below
    });
  } else if (!versions || (versions.loading && rows.length === 0)) {
    rows.push({ key: `${parent}/loading`, kind: 'loading', ...below });
  } else if (versions.hasMore) {
    rows.push({ key: `${parent}/more`, kind: 'more', model: name, ...below });
  }
  return rows;
}
