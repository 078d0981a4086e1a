/**
 * The feature store as a tree of rows: project, group, then entities, views with features, services. No view.
 */
import type {
  FeatureEntity,
  FeatureField,
  FeatureProject,
  FeatureService,
  FeatureView
} from '../api/types';
import type { IFeaturesModel } from './tokens';

/** What of a project stands together. */
export type Group = 'entities' | 'views' | 'services';

/** One row of the tree, as deep as its level says. */
export type Row = { key: string; level: number; parent: string } & (
  | { kind: 'project'; open: boolean; project: FeatureProject }
  | {
      kind: 'group';
      open: boolean;
      group: Group;
      count: number;
      project: FeatureProject;
    }
  | { kind: 'entity'; entity: FeatureEntity; open?: undefined }
  | { kind: 'view'; open: boolean; view: FeatureView }
  | {
      kind: 'feature';
      feature: FeatureField;
      view: FeatureView;
      open?: undefined;
    }
  | {
      kind: 'service';
      service: FeatureService;
      project: FeatureProject;
      open?: undefined;
    }
  | { kind: 'loading'; open?: undefined }
  | { kind: 'error'; error: Error; project: string; open?: undefined }
);

/** The rows that can be seen when these keys are open. */
export function visibleRows(
  model: IFeaturesModel,
  open: ReadonlySet<string>
): Row[] {
  return model.projects.flatMap(project => {
    const key = projectKey(project.name);
    const isOpen = open.has(key);
    const row: Row = {
      key,
      kind: 'project',
      level: 1,
      parent: '',
      open: isOpen,
      project
    };
    return isOpen ? [row, ...groupRows(model, open, project)] : [row];
  });
}

export function projectKey(project: string): string {
  return `project:${project}`;
}

export function groupKey(project: string, group: Group): string {
  return `${projectKey(project)}/${group}`;
}

function groupRows(
  model: IFeaturesModel,
  open: ReadonlySet<string>,
  project: FeatureProject
): Row[] {
  const groups: Array<[Group, number]> = [
    ['views', project.views],
    ['entities', project.entities.length],
    ['services', project.services.length]
  ];
  return groups
    .filter(([, count]) => count > 0)
    .flatMap(([group, count]) => {
      const key = groupKey(project.name, group);
      const isOpen = open.has(key);
      const row: Row = {
        key,
        kind: 'group',
        level: 2,
        parent: projectKey(project.name),
        open: isOpen,
        group,
        count,
        project
      };
      return isOpen
        ? [row, ...memberRows(model, open, project, group, key)]
        : [row];
    });
}

function memberRows(
  model: IFeaturesModel,
  open: ReadonlySet<string>,
  project: FeatureProject,
  group: Group,
  parent: string
): Row[] {
  const below = { level: 3, parent };
  switch (group) {
    case 'entities':
      return project.entities.map(entity => ({
        key: `entity:${project.name}/${entity.name}`,
        kind: 'entity',
        entity,
        ...below
      }));
    case 'services':
      return project.services.map(service => ({
        key: `service:${project.name}/${service.name}`,
        kind: 'service',
        service,
        project,
        ...below
      }));
    case 'views':
      return viewRows(model, open, project.name, parent);
  }
}

function viewRows(
  model: IFeaturesModel,
  open: ReadonlySet<string>,
  project: string,
  parent: string
): Row[] {
  const views = model.viewsOf(project);
  const below = { level: 3, parent };
  const rows = (views?.items ?? []).flatMap((view): Row[] => {
    const key = `view:${view.id}`;
    const isOpen = open.has(key);
    const features = isOpen ? view.features : [];
    return [
      { key, kind: 'view', open: isOpen, view, ...below },
      ...features.map((feature): Row => ({
        key: `feature:${view.id}.${feature.name}`,
        kind: 'feature',
        level: 4,
        parent: key,
        feature,
        view
      }))
    ];
  });
  if (views?.error) {
    const { error } = views;
    rows.push({
      key: `${parent}/error`,
      kind: 'error',
      error,
      project,
      ...below
    });
  } else if (!views || (views.loading && rows.length === 0)) {
    rows.push({ key: `${parent}/loading`, kind: 'loading', ...below });
  }
  return rows;
}
