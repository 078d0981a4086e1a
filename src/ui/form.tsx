/**
 * What every form is framed by.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { useDrawn } from './form-widget';
import { ErrorBox, Loading } from './parts';

/** A form as soon as what it needs was read, or why that could not be read. */
export function FormReady(props: {
  isReady: boolean;
  /** What is read, until it is ready. */
  loading: string;
  error?: Error | null;
  /** Reads it again. */
  onRetry?: () => void;
  /** Called when the fields are in the document. */
  onDrawn: () => void;
  trans: TranslationBundle;
  children: () => JSX.Element;
}): JSX.Element {
  const { isReady, loading, error, onRetry, onDrawn, trans, children } = props;
  useDrawn(isReady && !error, onDrawn);
  if (error) {
    return (
      <ErrorBox
        error={error}
        trans={trans}
        action={onRetry && { label: trans.__('Try again'), onClick: onRetry }}
      />
    );
  }
  return isReady ? children() : <Loading text={loading} />;
}

/** A form: its title, what comes of it, why it was refused, its fields, its button. */
export function FormFrame(props: {
  title: string;
  lead: string;
  /** Why what was sent was refused. */
  error: Error | null;
  /** What the button says. */
  submit: string;
  isSubmitting: boolean;
  /** Whether the button waits for something. */
  isDisabled?: boolean;
  /** Whether the form says that fields need another value. */
  isWrong?: boolean;
  /** What stands beside the button. */
  beside?: JSX.Element;
  className?: string;
  onSubmit: () => Promise<void>;
  trans: TranslationBundle;
  children: React.ReactNode;
}): JSX.Element {
  const { error, isSubmitting, isDisabled, className, trans } = props;
  return (
    <form
      className={`jp-mlx-Form-body ${className ?? ''}`}
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void props.onSubmit();
      }}
    >
      <h2 className="jp-mlx-Form-title">{props.title}</h2>
      <p className="jp-mlx-Form-lead">{props.lead}</p>
      {error && <ErrorBox error={error} trans={trans} />}
      {props.children}
      <div className="jp-mlx-Form-foot">
        <button
          type="submit"
          className="jp-mlx-Button jp-mlx-mod-accept"
          disabled={isSubmitting || isDisabled}
        >
          {isSubmitting ? trans.__('Is being sent…') : props.submit}
        </button>
        {props.isWrong && (
          <span className="jp-mlx-Field-error" role="status">
            {trans.__('Some fields need another value.')}
          </span>
        )}
        {props.beside}
      </div>
    </form>
  );
}
