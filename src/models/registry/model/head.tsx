/**
 * The model page's head: what it is, how good the champion is, then what to do.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { RegisteredModel } from '../../../api/types';
import { CommandIDs } from '../../../tokens';
import { formatTime } from '../../../ui/format';
import { useSignals } from '../../../ui/hooks';
import { InlineText } from '../../../ui/inline';
import { ErrorBox, Loading } from '../../../ui/parts';
import { TagChips } from '../../../ui/tags';
import { modelIcon } from '../../icons';
import { Link, VersionLink } from '../parts';
import { CHAMPION, headlineNames, metricText, tagTexts } from '../words';
import type { ITabProps } from './parts';

/** How many metrics stand in front. */
const HEADLINE = 4;

/** The head of the page. */
export function ModelHead(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  useSignals(model.changed);
  const value = model.model.value;
  if (!value) {
    return model.model.error ? (
      <ErrorBox
        error={model.model.error}
        trans={trans}
        action={{
          label: trans.__('Try again'),
          onClick: () => void model.model.reload()
        }}
      />
    ) : (
      <Loading text={trans.__('Reading the model…')} />
    );
  }
  const error = model.error ?? model.model.error;
  return (
    <>
      <div className="jp-mlx-RunHead-line">
        <modelIcon.react tag="span" className="jp-mlx-TreeRow-icon" />
        <h2 className="jp-mlx-RunHead-name">{value.name}</h2>
        <AliasList {...props} value={value} />
        <TagChips most={6} tags={tagTexts(value.tags)} />
        <Buttons {...props} value={value} />
      </div>
      <div className="jp-mlx-TableHead-facts">
        {facts(value, trans)}
        <Deployments {...props} names={value.deployments} />
      </div>
      <div className="jp-mlx-TableHead-notes">
        <InlineText
          text={value.description}
          placeholder={trans.__('No description yet')}
          label={trans.__('Change the description')}
          canEdit={true}
          onChange={text => model.describe(text)}
          trans={trans}
        />
      </div>
      <Headline {...props} value={value} />
      {error && <ErrorBox error={error} trans={trans} />}
    </>
  );
}

type HeadProps = ITabProps & { value: RegisteredModel };

function AliasList(props: HeadProps): JSX.Element {
  const { value } = props;
  return (
    <span className="jp-mlx-Tags jp-mlx-Aliases">
      {Object.entries(value.aliases).map(([alias, version]) => (
        <span
          key={alias}
          className="jp-mlx-Tag"
          title={alias}
          data-champion={alias === CHAMPION || undefined}
        >
          {alias}&nbsp;
          <VersionLink {...props} name={value.name} version={version} />
        </span>
      ))}
    </span>
  );
}

function facts(value: RegisteredModel, trans: TranslationBundle): string {
  const guarded = Object.keys(value.guarded);
  return [
    trans._n('%1 version', '%1 versions', value.versions),
    guarded.length > 0
      ? trans.__('guarded: %1', guarded.join(', '))
      : trans.__('no policy guards its aliases'),
    value.updated_at &&
      trans.__('changed %1', formatTime(value.updated_at, trans, Date.now()))
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The deployments that serve it, as links. */
export function Deployments(props: {
  names: ReadonlyArray<string>;
  commands: ITabProps['commands'];
  trans: TranslationBundle;
}): JSX.Element | null {
  const { names, commands, trans } = props;
  return names.length === 0 ? null : (
    <>
      {' · '}
      {trans.__('served by')}{' '}
      {names.map((name, index) => (
        <React.Fragment key={name}>
          {index > 0 && ', '}
          <Link
            text={name}
            onClick={() => {
              void commands.execute(CommandIDs.openDeployment, { name });
            }}
          />
        </React.Fragment>
      ))}
    </>
  );
}

/** What the champion measured; the newest version where there is none. */
function Headline(props: HeadProps): JSX.Element | null {
  const { model, value, trans } = props;
  const { number, version } = model.champion;
  const metrics = number === null ? value.metrics : (version?.metrics ?? {});
  const names = headlineNames([metrics], HEADLINE);
  if (names.length === 0) {
    return null;
  }
  return (
    <dl className="jp-mlx-Figures" aria-label={trans.__('Metrics')}>
      {names.map(name => (
        <div key={name}>
          <dt title={name}>{name}</dt>
          <dd>{metricText(metrics[name])}</dd>
        </div>
      ))}
      <div>
        <dt>{trans.__('measured by')}</dt>
        <dd>
          {number === null
            ? trans.__('v%1, the newest', value.latest ?? '?')
            : trans.__('v%1, the champion', number)}
        </dd>
      </div>
    </dl>
  );
}

function Buttons(props: HeadProps): JSX.Element {
  const { commands, trans, value } = props;
  const { name } = value;
  const version = value.aliases[CHAMPION] ?? value.latest;
  return (
    <span className="jp-mlx-RunHead-buttons">
      <button
        type="button"
        className="jp-mlx-Button jp-mlx-mod-accept"
        disabled={value.latest === null}
        title={trans.__('Move an alias to one of its versions')}
        onClick={() => {
          void commands.execute(CommandIDs.promoteModel, {
            name,
            version: value.latest
          });
        }}
      >
        {trans.__('Promote…')}
      </button>
      <button
        type="button"
        className="jp-mlx-Button"
        disabled={version === null}
        title={trans.__('Serve one of its versions')}
        onClick={() => {
          void commands.execute(CommandIDs.deployModel, {
            model: name,
            version
          });
        }}
      >
        {trans.__('Deploy…')}
      </button>
      <button
        type="button"
        className="jp-mlx-Button"
        disabled={version === null}
        title={trans.__('Write code that loads the model into a notebook')}
        onClick={() => {
          void commands.execute(
            CommandIDs.insertModel,
            CHAMPION in value.aliases
              ? { name, version, alias: CHAMPION }
              : { name, version }
          );
        }}
      >
        {trans.__('Insert in notebook')}
      </button>
    </span>
  );
}
