/** Faults on the process of a service that the run has started, one file each: a mock or a command. */
import type { z } from 'zod';
import { keyedByType } from '../common.js';
import { PROCESS_STEPS, type ProcessAction, type ProcessStep } from './descriptor.js';
import { freeze } from './freeze.js';
import { gone } from './gone.js';
import { kill } from './kill.js';
import { restart } from './restart.js';
import { slowStart } from './slow-start.js';

export const PROCESS_FAULTS = keyedByType({ kill, freeze, restart, 'slow-start': slowStart, gone });

export type ProcessFaultType = keyof typeof PROCESS_FAULTS;
export type ProcessFaultText = z.output<(typeof PROCESS_FAULTS)[ProcessFaultType]['schema']>;

const ENDING: readonly ProcessStep[] = ['kill', 'terminate'];

/** Whether the process ends, and with it whatever was set in it. */
export const endsProcess = ({ set }: ProcessAction): boolean => ENDING.includes(set);

/** What is done at both edges, for people; `off` is null where the fault is never lifted. */
export function processRequests(
  { set, afterwards, lift }: ProcessAction,
  isLifted: boolean,
): { readonly on: string; readonly off: string | null } {
  const words = (step: ProcessStep): string => PROCESS_STEPS[step];
  return { on: [set, ...afterwards].map(words).join('; '), off: isLifted ? words(lift) : null };
}

export type { ProcessAction, ProcessStep } from './descriptor.js';
