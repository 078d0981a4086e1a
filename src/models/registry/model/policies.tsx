/**
 * The Policies tab: what guards the aliases of the model, as text that can be changed.
 */
import * as React from 'react';

import type { Policy } from '../../../api/types';
import { CodeField } from '../../../ui/code';
import { formatTime } from '../../../ui/format';
import { useSignals } from '../../../ui/hooks';
import { Part } from '../../../ui/part';
import { Empty, ErrorBox } from '../../../ui/parts';
import { isSureToRemove } from '../actions';
import { figureText, headlineNames, shortDigest } from '../words';
import type { ITabProps } from './parts';
import { policyTemplate } from './policy-template';

/** The policies in force. */
export function PoliciesTab(props: ITabProps): JSX.Element {
  const { model, trans } = props;
  const { editor } = model;
  useSignals(model.changed, editor.changed);
  const begin = {
    label: trans.__('Write a policy…'),
    onClick: () => {
      const { metrics = {} } = model.model.value ?? {};
      const [metric = 'accuracy'] = headlineNames([metrics], 1);
      editor.open(policyTemplate(model.name, metric));
    }
  };
  const isNew = editor.text !== null && editor.name === null;
  return (
    <Part
      of={model.policies}
      loading={trans.__('Reading the policies…')}
      trans={trans}
    >
      {policies => (
        <>
          {policies.length === 0 && !isNew && (
            <Empty
              text={trans.__(
                'No policy guards an alias of this model: whoever may promote moves them at once. A policy says which checks a version has to pass.'
              )}
              action={begin}
            />
          )}
          {policies.map(policy => (
            <PolicyPart key={policy.name} {...props} policy={policy} />
          ))}
          {isNew ? (
            <Editor {...props} key={editor.opened} />
          ) : (
            policies.length > 0 && (
              <button
                type="button"
                className="jp-mlx-Button"
                onClick={begin.onClick}
              >
                {begin.label}
              </button>
            )
          )}
        </>
      )}
    </Part>
  );
}

type PolicyProps = ITabProps & { policy: Policy };

function PolicyPart(props: PolicyProps): JSX.Element {
  const { model, policy, trans } = props;
  const { editor } = model;
  const isEdited = editor.text !== null && editor.name === policy.name;
  const remove = async (): Promise<void> => {
    if (await isSureToRemove(policy, trans)) {
      await model.removePolicy(policy.name);
    }
  };
  return (
    <section className="jp-mlx-CrawlPage-part" aria-label={policy.name}>
      <div className="jp-mlx-PolicyHead">
        <h3>{policy.name}</h3>
        <span>
          {trans.__(
            'version %1 · guards %2 of %3 · by %4, %5',
            policy.number,
            policy.aliases.join(', '),
            policy.model,
            policy.by,
            formatTime(policy.at, trans, Date.now())
          )}
        </span>
        <code title={policy.digest}>{shortDigest(policy.digest)}</code>
        {!isEdited && (
          <span className="jp-mlx-RunHead-buttons">
            <button
              type="button"
              className="jp-mlx-Button"
              onClick={() => editor.open(policy.text, policy.name)}
            >
              {trans.__('Change…')}
            </button>
            <button
              type="button"
              className="jp-mlx-Button"
              onClick={() => void remove()}
            >
              {trans.__('Take out of force…')}
            </button>
          </span>
        )}
      </div>
      <table className="jp-mlx-Table jp-mlx-mod-narrow">
        <thead>
          <tr>
            <th scope="col">{trans.__('Check')}</th>
            <th scope="col">{trans.__('Kind')}</th>
            <th scope="col">{trans.__('Asks for')}</th>
          </tr>
        </thead>
        <tbody>
          {policy.checks.map(check => (
            <tr key={check.name}>
              <th scope="row">{check.name}</th>
              <td>{check.kind}</td>
              <td>{figureText(check.bound)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {isEdited ? (
        <Editor {...props} key={editor.opened} />
      ) : (
        <details className="jp-mlx-Details">
          <summary>{trans.__('Its text')}</summary>
          <Text text={policy.text} label={trans.__('The policy as YAML')} />
        </details>
      )}
      <Earlier {...props} />
    </section>
  );
}

function Text(props: { text: string; label: string }): JSX.Element {
  return (
    <pre
      className="jp-mlx-Source jp-mlx-mod-definition"
      tabIndex={0}
      aria-label={props.label}
    >
      {props.text}
    </pre>
  );
}

/** The versions that were in force before. */
function Earlier(props: PolicyProps): JSX.Element | null {
  const { model, policy, trans } = props;
  const [isOpen, setOpen] = React.useState(false);
  if (policy.number < 2) {
    return null;
  }
  return (
    <details
      className="jp-mlx-Details"
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>{trans.__('Earlier versions')}</summary>
      {isOpen && (
        <Part
          of={model.policyVersions(policy.name)}
          loading={trans.__('Reading the versions…')}
          trans={trans}
        >
          {({ items }) => (
            <ol className="jp-mlx-Versions">
              {items
                .filter(one => one.number !== policy.number)
                .map(one => (
                  <li key={one.number}>
                    <div className="jp-mlx-Versions-head">
                      <strong>{trans.__('Version %1', one.number)}</strong>
                      <span>{formatTime(one.at, trans, Date.now())}</span>
                      <span>{trans.__('by %1', one.by)}</span>
                      <code title={one.digest}>{shortDigest(one.digest)}</code>
                    </div>
                    <Text
                      text={one.text}
                      label={trans.__('Version %1 as YAML', one.number)}
                    />
                  </li>
                ))}
            </ol>
          )}
        </Part>
      )}
    </details>
  );
}

function Editor(props: ITabProps): JSX.Element {
  const { model, editors, trans } = props;
  const { editor } = model;
  const id = `jp-mlx-policy-${encodeURIComponent(model.name)}`;
  return (
    <form
      className="jp-mlx-PolicyEditor"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void editor.apply();
      }}
    >
      <CodeField
        id={id}
        label={trans.__('The policy as YAML')}
        value={editor.text ?? ''}
        mimeType="text/x-yaml"
        invalid={editor.error !== null}
        editors={editors}
        onChange={text => editor.set(text)}
      />
      {editor.error && <ErrorBox error={editor.error} trans={trans} />}
      <div className="jp-mlx-Form-foot">
        <button
          type="submit"
          className="jp-mlx-Button jp-mlx-mod-accept"
          disabled={editor.sending}
        >
          {trans.__('Put in force')}
        </button>
        <button
          type="button"
          className="jp-mlx-Button"
          onClick={() => editor.close()}
        >
          {trans.__('Leave it')}
        </button>
      </div>
    </form>
  );
}
