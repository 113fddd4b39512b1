/** Checks of `generator:` against the sessions its workers share. */
import { DEFAULT_SESSIONS } from '../defaults.js';
import type { CheckContext } from './context.js';

export function checkGenerator(context: CheckContext): void {
  const { workers, maxInFlight, protocol } = context;
  const { sessions = DEFAULT_SESSIONS } = protocol;
  const path = ['generator', 'workers'];
  if (workers > sessions) {
    context.error(
      path,
      'value',
      'workers-without-sessions',
      `${workers} workers can't share ${sessions === 1 ? 'one session' : `${sessions} sessions`}: each ` +
        'needs one of its own',
      `raise protocol.sessions to ${workers}, or lower generator.workers to ${sessions}`,
    );
  } else if (workers > maxInFlight) {
    context.error(
      path,
      'value',
      'workers-without-slots',
      `${workers} workers can't share ${maxInFlight} calls in flight`,
      `raise generator.max-in-flight, or lower generator.workers to ${maxInFlight}`,
    );
  } else if (sessions % workers !== 0) {
    context.warn(
      path,
      'value',
      'uneven-workers',
      `${sessions} sessions can't be divided evenly among ${workers} workers, and their calls are`,
      `make protocol.sessions a multiple of ${workers}`,
    );
  }
}
