/**
 * A file of a run, as far as it can be shown.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { formatBytes } from '../../ui/format';
import { useSignals } from '../../ui/hooks';
import { Empty, ErrorBox, Loading } from '../../ui/parts';
import { Tree } from '../../ui/tree';
import type { RunModel } from './model';

/** The file with a link to download it. */
export function Preview(props: {
  model: RunModel;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, trans } = props;
  useSignals(model.file.changed);
  const { file } = model.file;
  if (!file) {
    return (
      <div className="jp-mlx-Files-file">
        <Empty text={trans.__('Choose a file to see it here.')} />
      </div>
    );
  }
  const name = PathExt.basename(file.path);
  return (
    <section className="jp-mlx-Files-file" aria-label={name}>
      <div className="jp-mlx-Files-head">
        <h3>{name}</h3>
        <span className="jp-mlx-Row-detail">
          {file.bytes !== null && formatBytes(file.bytes)}
        </span>
        <a
          className="jp-mlx-Button"
          href={model.url(file.path, true)}
          download={name}
        >
          {trans.__('Download')}
        </a>
      </div>
      <Body {...props} name={name} path={file.path} />
    </section>
  );
}

function Body(props: {
  model: RunModel;
  name: string;
  path: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, name, path, trans } = props;
  const { kind, isLong, text, error } = model.file;
  if (error) {
    return (
      <ErrorBox
        error={error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void model.file.open(model.file.file!)
        }}
      />
    );
  }
  if (isLong) {
    return (
      <Empty
        text={trans.__('The file is too long to be shown. Download it.')}
      />
    );
  }
  switch (kind) {
    case 'image':
      return <img src={model.url(path)} alt={name} />;
    case 'html':
      // What it could execute stays within its frame, which has no origin.
      return (
        <iframe sandbox="allow-scripts" src={model.url(path)} title={name} />
      );
    case 'json':
    case 'text':
      return text === null ? (
        <Loading text={trans.__('Reading the file…')} />
      ) : (
        <Text text={text} isJson={kind === 'json'} name={name} />
      );
    case 'other':
      return (
        <Empty
          text={trans.__(
            'A file of this kind is not shown. Models are never opened here: they could execute what they hold.'
          )}
        />
      );
  }
}

function Text(props: {
  text: string;
  isJson: boolean;
  name: string;
}): JSX.Element {
  const { text, isJson, name } = props;
  const value = isJson ? parsed(text) : undefined;
  return value !== null && typeof value === 'object' ? (
    <Tree value={value} label={name} />
  ) : (
    <pre className="jp-mlx-Source" tabIndex={0}>
      {text}
    </pre>
  );
}

/** The value that a text holds; none where it is no JSON, which is then shown as the text that it is. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
