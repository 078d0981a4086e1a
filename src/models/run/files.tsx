/**
 * The Artifacts tab: the run's files as a tree, the chosen one beside it.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { fileIcon, folderIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Artifact } from '../../api/types';
import { formatBytes } from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { Empty, ErrorBox, Loading } from '../../ui/parts';
import { TreeView } from '../../ui/tree-view';
import type { RunModel } from './model';
import { Preview } from './preview';

type Row = { key: string; level: number; parent: string } & (
  | { kind: 'folder'; open: boolean; file: Artifact }
  | { kind: 'file'; open?: undefined; file: Artifact }
  | { kind: 'loading'; open?: undefined }
  | { kind: 'error'; open?: undefined; error: Error; path: string }
);

/** The files of the run. */
export function Files(props: {
  model: RunModel;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, trans } = props;
  const [open, setOpen] = React.useState<ReadonlySet<string>>(new Set());
  const paths = ['', ...open];
  useSignals(...[model.folder('')].map(one => one.changed));
  const [, render] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    const folders = paths.map(path => model.folder(path));
    folders.forEach(one => {
      one.changed.connect(render);
      void one.want();
    });
    return () => {
      folders.forEach(one => one.changed.disconnect(render));
    };
  }, [model, open]);
  const root = model.folder('');
  if (root.error && !root.value) {
    return (
      <ErrorBox
        error={root.error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void root.reload()
        }}
      />
    );
  }
  if (!root.value) {
    return <Loading text={trans.__('Asking MLflow for the files…')} />;
  }
  if (root.value.items.length === 0) {
    return (
      <Empty
        text={trans.__(
          'It left no file. mlflow.log_artifact in its notebook does.'
        )}
      />
    );
  }
  return (
    <div className="jp-mlx-Files">
      <div className="jp-mlx-Files-tree">
        <TreeView<Row>
          label={trans.__('Files of the run')}
          rows={rowsOf(model, '', 1, open)}
          icon={row =>
            row.kind === 'folder'
              ? folderIcon
              : row.kind === 'file'
                ? fileIcon
                : undefined
          }
          title={row =>
            row.kind === 'file' || row.kind === 'folder' ? row.file.path : ''
          }
          data={row => ({
            'data-path': row.kind === 'file' ? row.file.path : undefined
          })}
          text={row => <RowText row={row} trans={trans} />}
          setOpen={(row, isOpen) => {
            if (row.kind === 'folder') {
              const next = new Set(open);
              if (isOpen) {
                next.add(row.file.path);
              } else {
                next.delete(row.file.path);
              }
              setOpen(next);
            }
          }}
          activate={row => {
            if (row.kind === 'folder') {
              const next = new Set(open);
              if (!next.delete(row.file.path)) {
                next.add(row.file.path);
              }
              setOpen(next);
            } else if (row.kind === 'file') {
              void model.file.open(row.file);
            } else if (row.kind === 'error') {
              void model.folder(row.path).reload();
            }
          }}
        />
      </div>
      <Preview model={model} trans={trans} />
    </div>
  );
}

function rowsOf(
  model: RunModel,
  path: string,
  level: number,
  open: ReadonlySet<string>
): Row[] {
  const folder = model.folder(path);
  const below = { level, parent: path };
  if (folder.error && !folder.value) {
    const { error } = folder;
    return [{ key: `${path}/!`, kind: 'error', error, path, ...below }];
  }
  if (!folder.value) {
    return [{ key: `${path}/…`, kind: 'loading', ...below }];
  }
  return folder.value.items.flatMap((file): Row[] => {
    const key = file.path;
    if (!file.folder) {
      return [{ key, kind: 'file', file, ...below }];
    }
    const isOpen = open.has(file.path);
    const row: Row = { key, kind: 'folder', open: isOpen, file, ...below };
    return isOpen ? [row, ...rowsOf(model, file.path, level + 1, open)] : [row];
  });
}

function RowText(props: { row: Row; trans: TranslationBundle }): JSX.Element {
  const { row, trans } = props;
  switch (row.kind) {
    case 'folder':
    case 'file':
      return (
        <>
          <span className="jp-mlx-TreeRow-name">
            {PathExt.basename(row.file.path)}
          </span>
          <span className="jp-mlx-TreeRow-detail">
            {row.file.bytes !== null && formatBytes(row.file.bytes)}
          </span>
        </>
      );
    case 'loading':
      return <span>{trans.__('Asking MLflow…')}</span>;
    case 'error':
      return (
        <span className="jp-mlx-Row-bad">
          {trans.__('%1 Try again.', row.error.message)}
        </span>
      );
  }
}
