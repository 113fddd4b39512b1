/** What a file in this folder must hold: a fault of a process, from its text to what is done to the process. */
import type { z } from 'zod';
import { faultSchema, when, whenMaybeForEver, type FaultConsequences } from '../common.js';

/** What can be done to a process, and how that is said to people. */
export const PROCESS_STEPS = {
  /** Ends it at once. */
  kill: 'SIGKILL to its process group',
  /** Ends it in order. */
  terminate: 'SIGTERM to its process group, SIGKILL after 2s',
  /** Starts it again on its port. */
  start: 'started again on the same port, until it is ready',
  freeze: 'SIGSTOP to its process group',
  thaw: 'SIGCONT',
} as const;
export type ProcessStep = keyof typeof PROCESS_STEPS;

export interface ProcessAction {
  /** The fault is active when this is done. */
  readonly set: ProcessStep;
  /** Done after that, one after the other, while the fault is active. */
  readonly afterwards: readonly ProcessStep[];
  readonly lift: ProcessStep;
}

/** One kind of fault of a process. */
export interface ProcessFaultDescriptor<S extends z.ZodType = z.ZodType> extends FaultConsequences {
  readonly schema: S;
  readonly action: ProcessAction;
  /** Whether no process is there while it is active. */
  readonly stopsEverything: boolean;
}

export function processFault<const S extends z.ZodType>(fault: ProcessFaultDescriptor<S>): ProcessFaultDescriptor<S> {
  return fault;
}

const WHERE = 'The service whose process it affects: a mock or a command.';
const COMMON = when(WHERE, 'backend');

/** The text form of a fault of a process. @param summary one sentence for editors and the documentation. */
export const processSchema = <const T extends string>(type: T, summary: string) =>
  faultSchema(type, summary, COMMON, {});

/** The same, of a fault that may last to the end of the run. */
export const lastingSchema = <const T extends string>(type: T, summary: string) =>
  faultSchema(type, summary, whenMaybeForEver(WHERE, 'backend'), {});
