/**
 * The agent outlives its server by design: here nothing may stay.
 */
import { stopJobs } from './tests/support/server';

export default function teardown(): void {
  stopJobs(process.env.MLX_UI_STATE ?? '');
}
