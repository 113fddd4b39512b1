/** Faults on the process of a service that the run has started: a mock or a command. */
import { map, literal } from '../../catalog/index.js';
import { when as at, whenMaybeForEver } from './fault-times.js';

export const PROCESS_FAULT_TYPES = ['kill', 'freeze', 'restart', 'slow-start', 'gone'] as const;

const WHERE = 'The service whose process it strikes: a mock or a command.';
const when = () => at(WHERE, 'backend');

/** In the order of `PROCESS_FAULT_TYPES`. */
export const PROCESS_FAULTS = [
  map({
    ...when(),
    type: literal('kill').describe('SIGKILL, and after "for" started again on the same port: a crash.'),
  }),
  map({
    ...when(),
    type: literal('freeze').describe('SIGSTOP, and after "for" SIGCONT: it keeps its connections and answers nothing.'),
  }),
  map({
    ...when(),
    type: literal('restart').describe(
      'SIGTERM (SIGKILL two seconds later), and "for" after that was asked started again on the same port: an orderly restart.',
    ),
  }),
  map({
    ...when(),
    type: literal('slow-start').describe(
      'Restarted at once, and held with SIGSTOP from when it is ready until "for" is over: it takes connections and does not answer.',
    ),
  }),
  map({
    ...whenMaybeForEver(WHERE, 'backend'),
    type: literal('gone').describe('SIGKILL; it comes back after "for", or not at all: a part of the stack is lost.'),
  }),
] as const;
