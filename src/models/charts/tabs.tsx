/**
 * The charts of a set of runs as tabs of a page.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { IModelsClient } from '../tokens';
import { Curves } from './curves';
import { CurvesModel } from './curves-model';
import { firstOfParallel, firstOfScatter, PlotModel } from './plot-model';
import { Parallel, Scatter } from './plots';
import type { IChartSource } from './source';

export type ChartTab = 'curves' | 'scatter' | 'parallel';

/** The tabs with their labels. */
export function chartTabs(
  trans: TranslationBundle
): Array<{ id: ChartTab; label: string }> {
  return [
    { id: 'curves', label: trans.__('Curves') },
    { id: 'scatter', label: trans.__('Scatter') },
    { id: 'parallel', label: trans.__('Parallel coordinates') }
  ];
}

/**
 * The models of the charts, each of which reads when it is first seen.
 */
export class ChartModels {
  constructor(options: {
    client: IModelsClient;
    source: IChartSource;
    /** How many runs have curves. */
    most?: number;
  }) {
    const { source } = options;
    this._curves = new CurvesModel(options);
    this._scatter = new PlotModel({ source, first: firstOfScatter });
    this._parallel = new PlotModel({ source, first: firstOfParallel });
  }

  view(
    id: ChartTab,
    props: {
      commands: CommandRegistry;
      rendermime: IRenderMimeRegistry;
      trans: TranslationBundle;
    }
  ): JSX.Element {
    const { commands, rendermime, trans } = props;
    const common = { commands, rendermime, trans };
    switch (id) {
      case 'curves':
        return <Curves {...common} model={this._curves} />;
      case 'scatter':
        return <Scatter {...common} model={this._scatter} />;
      case 'parallel':
        return <Parallel {...common} model={this._parallel} />;
    }
  }

  dispose(): void {
    this._curves.dispose();
    this._scatter.dispose();
    this._parallel.dispose();
  }

  private _curves: CurvesModel;
  private _scatter: PlotModel;
  private _parallel: PlotModel;
}
