/** Checks of `generator:` against the sessions its workers share. */
import { DEFAULT_SESSIONS } from '../defaults.js';
import type { CheckContext } from './context.js';

export function checkGenerator({ workers, maxInFlight, protocol, error, warn }: CheckContext): void {
  const { sessions = DEFAULT_SESSIONS } = protocol;
  const path = ['generator', 'workers'];
  const few = sessions === 1 ? 'one session' : `${sessions} sessions`;
  if (workers > sessions)
    error(path, 'workers-without-sessions', {
      what: `${workers} workers can't share ${few}: each needs one of its own`,
      remedy: `raise protocol.sessions to ${workers}, or lower generator.workers to ${sessions}`,
    });
  else if (workers > maxInFlight)
    error(path, 'workers-without-slots', {
      what: `${workers} workers can't share ${maxInFlight} calls in flight`,
      remedy: `raise generator.max-in-flight, or lower generator.workers to ${maxInFlight}`,
    });
  else if (sessions % workers !== 0)
    warn(path, 'uneven-workers', {
      what: `${sessions} sessions can't be divided evenly among ${workers} workers, and their calls are`,
      remedy: `make protocol.sessions a multiple of ${workers}`,
    });
}
