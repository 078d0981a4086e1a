import type { Run } from '../../api/types';
import { headlineMetrics, shortMetricName } from '../metrics';

function names(metrics: Record<string, number>): string[] {
  return headlineMetrics({ metrics } as Run).map(metric => metric.name);
}

describe('The metrics in front', () => {
  it('are scores on unseen data, then plain ones, the best on the way, baselines', () => {
    expect(
      names({
        ...{ logistic_regression_val_auc: 1, best_val_auc: 1, train_loss: 1 },
        ...{ epoch_seconds: 1, auc: 1, val_auc: 1, val_log_loss: 1 }
      })
    ).toEqual([
      ...['val_auc', 'auc', 'val_log_loss', 'best_val_auc', 'train_loss'],
      ...['logistic_regression_val_auc', 'epoch_seconds']
    ]);
  });

  it('leave what the run cost for last', () => {
    expect(names({ epoch_seconds: 1, rows: 1, gain: 1, rmse: 1 })).toEqual([
      'rmse',
      'gain',
      'epoch_seconds',
      'rows'
    ]);
  });

  it('have a short name where a common word is in it', () => {
    expect(shortMetricName('best_val_auc')).toBe('auc');
    expect(shortMetricName('gini')).toBe('gini');
  });
});
