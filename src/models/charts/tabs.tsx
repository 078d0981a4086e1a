/**
 * The charts of a set of runs as tabs of a page.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import type { TabbedPage } from '../../ui/tabbed-page';
import type { IModelsClient } from '../tokens';
import { Curves } from './curves';
import { CurvesModel } from './curves-model';
import { firstOfParallel, firstOfScatter, PlotModel } from './plot-model';
import { Parallel, Scatter } from './plots';
import type { IChartSource } from './source';

interface IProps {
  charts: ChartModels;
  commands: CommandRegistry;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** The tabs of a page that is drawn with charts. */
export function chartTabs(
  trans: TranslationBundle
): Array<TabbedPage.ITab<IProps>> {
  return [
    {
      id: 'curves',
      label: trans.__('Curves'),
      view: ({ charts, ...props }) => (
        <Curves {...props} model={charts.curves} />
      )
    },
    {
      id: 'scatter',
      label: trans.__('Scatter'),
      view: ({ charts, ...props }) => (
        <Scatter {...props} model={charts.scatter} />
      )
    },
    {
      id: 'parallel',
      label: trans.__('Parallel coordinates'),
      view: ({ charts, ...props }) => (
        <Parallel {...props} model={charts.parallel} />
      )
    }
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
    this.curves = new CurvesModel(options);
    this.scatter = new PlotModel({ source, first: firstOfScatter });
    this.parallel = new PlotModel({ source, first: firstOfParallel });
  }

  readonly curves: CurvesModel;
  readonly scatter: PlotModel;
  readonly parallel: PlotModel;

  dispose(): void {
    this.curves.dispose();
    this.scatter.dispose();
    this.parallel.dispose();
  }
}
