/**
 * The Access tab: what the user may do, what is hidden, and the grants.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Access, Grant, Permission } from '../../api/types';
import { formatValue } from '../../ui/format';
import { Part } from '../../ui/part';
import { Empty, ErrorBox } from '../../ui/parts';
import type { ITabProps } from './parts';

const PERMISSIONS: ReadonlyArray<Permission> = [
  'describe',
  'select',
  'alter',
  'tag',
  'grant'
];

/** Permissions, filters, masks, grants. */
export function AccessTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  return (
    <Part
      of={model.access}
      loading={trans.__('Reading the grants…')}
      trans={trans}
    >
      {access => <Content {...props} access={access} />}
    </Part>
  );
}

type ContentProps = ITabProps & { access: Access };

function Content(props: ContentProps): JSX.Element {
  const { access, model, trans } = props;
  const masks = Object.entries(access.masks as Record<string, unknown>);
  const mayGrant = access.permissions.includes('grant');
  return (
    <>
      <p className="jp-mlx-Access-lead">
        {access.mode === 'open'
          ? trans.__(
              'Access is open: everybody who may use this server may see and change everything in the catalog. Grants take effect when the server is set to access by grants.'
            )
          : trans.__(
              'Access is by grants: what no grant allows is refused, and written to the audit log.'
            )}
      </p>
      <dl className="jp-mlx-Facts">
        <dt>{trans.__('You')}</dt>
        <dd>
          {access.admin
            ? trans.__('%1, an administrator', access.user)
            : access.user}
        </dd>
        <dt>{trans.__('You may')}</dt>
        <dd>
          {access.permissions.map(one => wordOf(one, trans)).join(', ') ||
            trans.__('nothing')}
        </dd>
        {access.hidden > 0 && (
          <>
            <dt>{trans.__('Hidden columns')}</dt>
            <dd>{access.hidden}</dd>
          </>
        )}
        {access.rows && (
          <>
            <dt>{trans.__('Only rows where')}</dt>
            <dd>
              <code>{access.rows}</code>
            </dd>
          </>
        )}
        {masks.length > 0 && (
          <>
            <dt>{trans.__('Masked')}</dt>
            <dd>
              {masks
                .map(([column, how]) => `${column}: ${formatValue(how)}`)
                .join(', ')}
            </dd>
          </>
        )}
      </dl>
      <section className="jp-mlx-CrawlPage-part">
        <h3>{mayGrant ? trans.__('Grants') : trans.__('Your grants')}</h3>
        {access.grants.length === 0 ? (
          <Empty text={trans.__('No grant reaches this table.')} />
        ) : (
          <Grants {...props} mayGrant={mayGrant} />
        )}
        {mayGrant && <GrantForm {...props} />}
      </section>
      {model.error && <ErrorBox error={model.error} trans={trans} />}
    </>
  );
}

function Grants(props: ContentProps & { mayGrant: boolean }): JSX.Element {
  const { access, model, trans, mayGrant } = props;
  return (
    <table className="jp-mlx-Table">
      <thead>
        <tr>
          <th scope="col">{trans.__('Who')}</th>
          <th scope="col">{trans.__('May')}</th>
          <th scope="col">{trans.__('On what')}</th>
          <th scope="col">{trans.__('With')}</th>
          {mayGrant && <th scope="col">{trans.__('Action')}</th>}
        </tr>
      </thead>
      <tbody>
        {access.grants.map(grant => (
          <tr key={grant.id} data-grant={grant.id}>
            <th scope="row">{grant.principal}</th>
            <td>
              {grant.permissions.map(one => wordOf(one, trans)).join(', ')}
            </td>
            <td>{targetOf(grant)}</td>
            <td>{limitsOf(grant, trans)}</td>
            {mayGrant && (
              <td>
                <button
                  type="button"
                  className="jp-mlx-Link"
                  aria-label={trans.__('Revoke from %1', grant.principal)}
                  onClick={() => void model.revoke(grant.id)}
                >
                  {trans.__('Revoke')}
                </button>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function targetOf(grant: Grant): string {
  if (grant.resource) {
    return grant.resource;
  }
  const expression = (grant.expression ?? {}) as Record<string, string[]>;
  return Object.entries(expression)
    .map(([key, values]) => `${key} = ${values.join(' | ')}`)
    .join(' & ');
}

function limitsOf(grant: Grant, trans: TranslationBundle): string {
  const { include, exclude, rows } = grant.filter ?? {};
  const masks = Object.entries(grant.masks as Record<string, unknown>);
  return [
    include?.length && trans.__('only %1', include.join(', ')),
    exclude?.length && trans.__('without %1', exclude.join(', ')),
    rows && trans.__('rows where %1', rows),
    masks.length &&
      trans.__(
        'masks: %1',
        masks.map(([name, how]) => `${name} ${formatValue(how)}`).join(', ')
      )
  ]
    .filter(Boolean)
    .join('; ');
}

function wordOf(permission: Permission, trans: TranslationBundle): string {
  switch (permission) {
    case 'describe':
      return trans.__('describe');
    case 'select':
      return trans.__('select');
    case 'alter':
      return trans.__('alter');
    case 'tag':
      return trans.__('tag');
    case 'grant':
      return trans.__('grant');
  }
}

/** Grant somebody permissions on this table. */
function GrantForm(props: ContentProps): JSX.Element {
  const { model, trans } = props;
  const [who, setWho] = React.useState('');
  const [chosen, setChosen] = React.useState<Permission[]>([
    'describe',
    'select'
  ]);
  const [exclude, setExclude] = React.useState('');
  const [rows, setRows] = React.useState('');
  const submit = async (): Promise<void> => {
    const without = exclude
      .split(',')
      .map(name => name.trim())
      .filter(Boolean);
    await model.grant({
      principal: /^(user|group):|^everyone$/.test(who) ? who : `user:${who}`,
      resource: model.path,
      permissions: chosen,
      ...(without.length || rows.trim()
        ? {
            filter: {
              ...(without.length ? { exclude: without } : {}),
              ...(rows.trim() ? { rows: rows.trim() } : {})
            }
          }
        : {})
    });
    if (!model.error) {
      setWho('');
    }
  };
  return (
    <details className="jp-mlx-Details">
      <summary>{trans.__('Grant…')}</summary>
      <form
        className="jp-mlx-GrantForm"
        onSubmit={event => {
          event.preventDefault();
          void submit();
        }}
      >
        <label>
          {trans.__('Who')}
          <input
            className="jp-mlx-Input"
            placeholder={trans.__('ada, group:risk, everyone')}
            value={who}
            onChange={event => setWho(event.target.value)}
          />
        </label>
        <fieldset className="jp-mlx-Choices">
          <legend>{trans.__('May')}</legend>
          {PERMISSIONS.map(one => (
            <label key={one}>
              <input
                type="checkbox"
                checked={chosen.includes(one)}
                onChange={event =>
                  setChosen(
                    event.target.checked
                      ? [...chosen, one]
                      : chosen.filter(other => other !== one)
                  )
                }
              />
              {wordOf(one, trans)}
            </label>
          ))}
        </fieldset>
        <label>
          {trans.__('Without columns')}
          <input
            className="jp-mlx-Input"
            placeholder={trans.__('none; names with commas between them')}
            value={exclude}
            onChange={event => setExclude(event.target.value)}
          />
        </label>
        <label>
          {trans.__('Only rows where')}
          <input
            className="jp-mlx-Input jp-mlx-mod-code"
            placeholder={trans.__('all rows')}
            value={rows}
            onChange={event => setRows(event.target.value)}
          />
        </label>
        <button
          type="submit"
          className="jp-mlx-Button jp-mlx-mod-accept"
          disabled={!who.trim() || chosen.length === 0}
        >
          {trans.__('Grant')}
        </button>
      </form>
    </details>
  );
}
