/** What is done to a service that has come up, before it counts as ready: requests and commands, bounded and logged. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NS_PER_MS } from '../clock/index.js';
import { duration } from '../format/index.js';
import { ProblemError, messageOf } from '../problem/index.js';
import type { ProcessKeeper } from '../processes/index.js';
import type { AfterReadyStep } from '../scenario/index.js';
import { startChild } from './child.js';
import { lastWords } from './last-words.js';

/** A step with every text filled in. */
export type FilledStep = AfterReadyStep<string>;

export interface StepSurroundings {
  readonly service: string;
  readonly workingFolder: string;
  readonly keeper: ProcessKeeper;
  readonly log: (text: string) => void;
  readonly abort: AbortSignal;
}

/** Kept of an answer; a longer one says nothing more. */
const MOST_CHARACTERS = 2_000;
const MOST_BYTES = 64 * 1024;

type Ending = { readonly ok: boolean; readonly how: string };

/**
 * Does the steps in turn.
 * @throws ProblemError (`preflight`) naming the first that failed and what came back.
 */
export async function doSteps(steps: readonly FilledStep[], around: StepSurroundings): Promise<void> {
  for (const [index, step] of steps.entries()) {
    around.abort.throwIfAborted();
    const shown = step.kind === 'request' ? `${step.method} ${step.url}` : step.command.join(' ');
    around.log(`[plimsoll: after ready, step ${index + 1}: ${shown}]\n`);
    const ended = step.kind === 'request' ? await request(step, around) : await command(step, around);
    around.abort.throwIfAborted();
    around.log(`[plimsoll: after ready, step ${index + 1} ${ended.how}]\n`);
    if (ended.ok) continue;
    throw new ProblemError('preflight', {
      code: 'after-ready-failed',
      what: `step ${index + 1} of "after-ready" of service "${around.service}" (${shown}) ${ended.how}`,
      remedy: 'correct the step, or what the service needs before it; its log is in the record of a run that starts',
    });
  }
}

async function request(step: Extract<FilledStep, { kind: 'request' }>, around: StepSurroundings): Promise<Ending> {
  const late = AbortSignal.timeout(step.withinNs / NS_PER_MS);
  try {
    const response = await fetch(step.url, {
      method: step.method,
      headers: step.headers,
      // Not followed: it could lead off this machine.
      redirect: 'manual',
      signal: AbortSignal.any([late, around.abort]),
      ...(step.body === null ? {} : { body: step.body }),
    });
    const text = await beginningOf(response);
    return { ok: response.ok, how: `was answered with ${response.status}${text === '' ? '' : `: ${text}`}` };
  } catch (thrown) {
    if (late.aborted) return { ok: false, how: `had no answer within ${duration(step.withinNs)}` };
    const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
    return { ok: false, how: `failed: ${messageOf(cause)}` };
  }
}

async function beginningOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
    parts.push(part);
    bytes += part.length;
    // Leaving the loop cancels the body.
    if (bytes >= MOST_BYTES) break;
  }
  return Buffer.concat(parts).toString('utf8').trim().slice(0, MOST_CHARACTERS);
}

async function command(step: Extract<FilledStep, { kind: 'command' }>, around: StepSurroundings): Promise<Ending> {
  const { keeper, workingFolder, log, abort } = around;
  const child = await startChild({
    command: step.command,
    environment: step.environment,
    ...{ workingFolder, keeper, log },
  }).catch((thrown: unknown) => messageOf(thrown));
  if (typeof child === 'string') return { ok: false, how: `can't be started: ${child}` };
  const timer = new AbortController();
  const signal = AbortSignal.any([timer.signal, abort]);
  const late = sleep(step.withinNs / NS_PER_MS, 'late' as const, { signal }).catch(() => 'late' as const);
  const ended = await Promise.race([child.exited, late]);
  timer.abort();
  await child.stop();
  if (ended === 'late') return { ok: false, how: `did not end within ${duration(step.withinNs)}` };
  const tail = lastWords(child.tail()).join('\n  ');
  const how =
    ended.signal === null ? `ended with exit code ${ended.exitCode ?? 'unknown'}` : `ended by ${ended.signal}`;
  return { ok: ended.exitCode === 0, how: ended.exitCode === 0 || tail === '' ? how : `${how}:\n  ${tail}` };
}
