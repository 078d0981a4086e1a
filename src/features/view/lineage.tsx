/**
 * The tabs that tell what the view is made of, and what is made from it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { FeatureUse, FeatureUses, FeatureView } from '../../api/types';
import { CommandIDs } from '../../tokens';
import { formatTime } from '../../ui/format';
import { Part } from '../../ui/part';
import { Empty } from '../../ui/parts';
import { useLabel, versioned } from '../words';
import type { ITabProps } from './parts';
import { UseName } from './parts';

/** How many boxes of a side the sketch shows. */
const MOST = 8;

const BOX = { width: 210, height: 30, gap: 10, between: 70 };

/** From what it is made, through this view, to what is made from it. */
export function LineageTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  return (
    <Part
      of={model.uses}
      loading={trans.__('Reading the lineage…')}
      trans={trans}
    >
      {uses => (
        <>
          <Sketch {...props} uses={uses} />
          <div className="jp-mlx-Lineage">
            <Side
              {...props}
              title={trans.__('Made of')}
              none={trans.__('No source is known.')}
              uses={uses.from}
            />
            <Side
              {...props}
              title={trans.__('Made from it')}
              none={trans.__('Nothing yet.')}
              uses={uses.to}
            />
          </div>
        </>
      )}
    </Part>
  );
}

function Side(
  props: ITabProps & { title: string; none: string; uses: FeatureUse[] }
): JSX.Element {
  const { title, none, uses, commands, trans } = props;
  return (
    <section className="jp-mlx-CrawlPage-part" aria-label={title}>
      <h3>{title}</h3>
      {uses.length === 0 ? (
        <p className="jp-mlx-Sample-note">{none}</p>
      ) : (
        <ul className="jp-mlx-Lineage-list">
          {uses.map(use => (
            <li key={`${use.kind}:${use.id}`}>
              <span className="jp-mlx-Lineage-kind">
                {useLabel(use.kind, trans)}
              </span>
              <UseName use={use} commands={commands} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The same as a drawing; the lists say all of it. */
function Sketch(props: ITabProps & { uses: FeatureUses }): JSX.Element | null {
  const { model, uses, trans } = props;
  const view = model.view.value;
  if (!view) {
    return null;
  }
  const from = uses.from.slice(0, MOST);
  const to = uses.to.slice(0, MOST);
  const { width, height, gap, between } = BOX;
  const most = Math.max(from.length, to.length, 1);
  const tall = most * (height + gap) - gap;
  const top = (count: number, index: number): number =>
    (tall - (count * (height + gap) - gap)) / 2 + index * (height + gap);
  const middle = width + between;
  const last = 2 * middle;
  return (
    <svg
      className="jp-mlx-Sketch"
      role="img"
      aria-label={trans.__('The lineage as a drawing; the lists below say it')}
      viewBox={`0 0 ${last + width} ${tall}`}
      width={last + width}
      height={tall}
    >
      {from.map((use, index) => (
        <Line
          key={use.id}
          x={width}
          y={top(from.length, index) + height / 2}
          toX={middle}
          toY={tall / 2}
        />
      ))}
      {to.map((use, index) => (
        <Line
          key={`${use.kind}:${use.id}`}
          x={middle + width}
          y={tall / 2}
          toX={last}
          toY={top(to.length, index) + height / 2}
        />
      ))}
      {from.map((use, index) => (
        <Box
          key={use.id}
          x={0}
          y={top(from.length, index)}
          text={boxText(use, trans)}
        />
      ))}
      <Box x={middle} y={top(1, 0)} text={versioned(view)} own />
      {to.map((use, index) => (
        <Box
          key={`${use.kind}:${use.id}`}
          x={last}
          y={top(to.length, index)}
          text={boxText(use, trans)}
        />
      ))}
    </svg>
  );
}

function boxText(use: FeatureUse, trans: TranslationBundle): string {
  return `${useLabel(use.kind, trans)}: ${use.name}`;
}

function Box(props: {
  x: number;
  y: number;
  text: string;
  own?: boolean;
}): JSX.Element {
  const { x, y, text, own } = props;
  const { width, height } = BOX;
  const short = text.length > 30 ? `${text.slice(0, 29)}…` : text;
  return (
    <g data-own={own ? '' : undefined}>
      <title>{text}</title>
      <rect x={x + 1} y={y + 1} width={width - 2} height={height - 2} rx={4} />
      <text x={x + width / 2} y={y + height / 2} dy="0.35em">
        {short}
      </text>
    </g>
  );
}

function Line(props: {
  x: number;
  y: number;
  toX: number;
  toY: number;
}): JSX.Element {
  const { x, y, toX, toY } = props;
  const half = (x + toX) / 2;
  return <path d={`M${x} ${y} C${half} ${y} ${half} ${toY} ${toX} ${toY}`} />;
}

/** What was made from the view, and from which version of it. */
export function UsesTab(props: ITabProps): JSX.Element {
  const { model, trans, commands } = props;
  return (
    <Part of={model.uses} loading={trans.__('Reading the uses…')} trans={trans}>
      {({ to }) =>
        to.length === 0 ? (
          <Empty
            text={trans.__(
              'Nothing is made from this view yet. A training set with its features is listed here, with the runs and models that come of it.'
            )}
            action={{
              label: trans.__('Build training set'),
              onClick: () => {
                const view = model.view.value;
                void commands.execute(
                  CommandIDs.buildTrainingSet,
                  view ? { project: view.project, features: [view.name] } : {}
                );
              }
            }}
          />
        ) : (
          <table className="jp-mlx-Table">
            <thead>
              <tr>
                <th scope="col">{trans.__('What')}</th>
                <th scope="col">{trans.__('Name')}</th>
                <th scope="col">{trans.__('Version of the view')}</th>
                <th scope="col">{trans.__('When')}</th>
              </tr>
            </thead>
            <tbody>
              {to.map(use => (
                <UseRow key={`${use.kind}:${use.id}`} {...props} use={use} />
              ))}
            </tbody>
          </table>
        )
      }
    </Part>
  );
}

function UseRow(props: ITabProps & { use: FeatureUse }): JSX.Element {
  const { model, use, commands, trans } = props;
  const view = model.view.value;
  return (
    <tr data-use={use.kind}>
      <td>{useLabel(use.kind, trans)}</td>
      <th scope="row">
        <UseName use={use} commands={commands} />
      </th>
      <td>
        {use.version === null
          ? trans.__('the one in force')
          : `v${use.version}`}
        {isOlder(use, view) && (
          <span
            className="jp-mlx-Mark jp-mlx-mod-warn"
            title={trans.__(
              'Version %1 is in force: making it again would give other values.',
              view?.version
            )}
          >
            {trans.__('older version')}
          </span>
        )}
      </td>
      <td>{use.at && formatTime(use.at, trans, Date.now())}</td>
    </tr>
  );
}

/** Whether it was made from a version that is not in force any more. */
export function isOlder(use: FeatureUse, view: FeatureView | null): boolean {
  return view !== null && use.version !== null && use.version < view.version;
}
