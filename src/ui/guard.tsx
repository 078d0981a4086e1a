/**
 * What keeps a defect in one view from leaving it empty without a word.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ErrorBox } from './parts';

export interface IGuardProps {
  trans: TranslationBundle;
  children: React.ReactNode;
}

/** Shows its children or, where drawing them failed, the error and a way to draw them again. */
export class Guard extends React.Component<
  IGuardProps,
  { error: Error | null }
> {
  constructor(props: IGuardProps) {
    super(props);
    this.state = { error: null };
  }

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): React.ReactNode {
    const { trans, children } = this.props;
    const { error } = this.state;
    return error ? (
      <ErrorBox
        error={error}
        trans={trans}
        action={{
          label: trans.__('Show again'),
          onClick: () => this.setState({ error: null })
        }}
      />
    ) : (
      children
    );
  }
}
