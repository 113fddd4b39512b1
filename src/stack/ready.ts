/** Readiness: waiting until a spawned service can be used, and saying well why it never was. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { NS_PER_MS } from '../clock/index.js';
import { duration } from '../format/index.js';
import { ProblemError } from '../problem/index.js';
import type { Readiness } from '../scenario/index.js';
import type { Child } from './child.js';
import { lastWords } from './last-words.js';
import { LONGEST_MATCH_MS, LinePattern } from './line-pattern.js';

const POLL_MS = 25;

export interface ReadyWait {
  readonly service: string;
  readonly child: Child;
  /** As a URL has it. */
  readonly host: string;
  readonly port: number | null;
  readonly withinNs: number;
  readonly abort: AbortSignal;
}

/** @throws ProblemError (`preflight`) when the process ends first or the time is up. */
export async function untilReady(ready: Readiness, wait: ReadyWait): Promise<void> {
  switch (ready.kind) {
    case 'http':
      return poll(wait, `answer HTTP at ${ready.path}`, () =>
        answersHttp(`http://${wait.host}:${wait.port ?? 0}${ready.path}`),
      );
    case 'tcp':
      return poll(wait, `accept connections on port ${wait.port ?? 0}`, () => acceptsTcp(wait.host, wait.port ?? 0));
    case 'line': {
      const pattern = new LinePattern(ready.pattern);
      let seen: boolean | null = false;
      wait.child.onLine((line) => {
        if (seen === false) seen = pattern.matches(line);
      });
      return poll(wait, `print a line that matches /${ready.pattern}/`, () => {
        if (seen === null) throw patternTooSlow(wait.service, ready.pattern);
        return Promise.resolve(seen);
      });
    }
  }
}

/** Waits for the first line that `read` makes something of. @throws ProblemError as `untilReady`. */
export async function untilLine<T>(wait: ReadyWait, what: string, read: (line: string) => T | undefined): Promise<T> {
  const found: T[] = [];
  const line = new Promise<void>((resolve) => {
    wait.child.onLine((text) => {
      const value = found.length === 0 ? read(text) : undefined;
      if (value === undefined) return;
      found.push(value);
      resolve();
    });
  });
  await poll(wait, what, () => Promise.resolve(found.length > 0), line);
  const [value] = found;
  if (value === undefined) throw new Error('poll ended without a line');
  return value;
}

/** @param soon what may have made it ready: then it is looked at once more, before the next poll. */
async function poll(
  wait: ReadyWait,
  promised: string,
  isReady: () => Promise<boolean>,
  soon?: Promise<void>,
): Promise<void> {
  const endMs = performance.now() + wait.withinNs / NS_PER_MS;
  for (;;) {
    wait.abort.throwIfAborted();
    if (await isReady()) return;
    if (wait.child.hasExited()) {
      const exit = await wait.child.exited;
      const how = exit.signal === null ? `with exit code ${exit.exitCode ?? 'unknown'}` : `by ${exit.signal}`;
      const what = `service "${wait.service}" ended ${how} before it was ready`;
      throw notReady(wait, 'service-died-at-start', what, 'run its command by hand and fix what it reports');
    }
    if (performance.now() > endMs) {
      const what = `service "${wait.service}" did not ${promised} within ${duration(wait.withinNs)}`;
      const remedy = 'check its command and "ready", or give it more time with "within"';
      throw notReady(wait, 'service-not-ready', what, remedy);
    }
    await (soon === undefined ? sleep(POLL_MS) : Promise.race([sleep(POLL_MS), soon]));
  }
}

function patternTooSlow(service: string, pattern: string): ProblemError {
  return new ProblemError('preflight', {
    code: 'slow-pattern',
    what:
      `/${pattern}/, the line that service "${service}" is to print, ` +
      `took more than ${LONGEST_MATCH_MS} ms on a line`,
    remedy: 'write it without a repetition inside a repetition, such as (a+)+; often a plain part of the line will do',
  });
}

function notReady(wait: ReadyWait, code: string, what: string, remedy: string): ProblemError {
  const tail = lastWords(wait.child.tail()).join('\n  ');
  const printed = tail === '' ? ' (it printed nothing)' : `; its last lines:\n  ${tail}`;
  return new ProblemError('preflight', { code, what: what + printed, remedy });
}

async function answersHttp(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000), redirect: 'manual' });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    // Refused, reset or too slow: not ready yet.
    return false;
  }
}

function acceptsTcp(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: host.replace(/^\[|\]$/g, '') });
    const done = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(1_000, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
