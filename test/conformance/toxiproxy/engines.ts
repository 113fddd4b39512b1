/**
 * The engines the suite runs against. Both are started through the same door as in a run.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { startFaultEngine, type FaultEngine } from '../../../src/toxiproxy/index.js';

export type EngineName = 'embedded' | 'real';

export interface EngineUnderTest {
  readonly name: EngineName;
  readonly missing: boolean;
  /** How the suite is titled: says why it is skipped when it is. */
  readonly title: string;
  start(): Promise<FaultEngine>;
}

function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const realIsMissing = !onPath('toxiproxy-server');

/** The title of a test with the real server: says why it is skipped when it is. */
export const withReal = (title: string): string =>
  realIsMissing ? `${title} (skipped: toxiproxy-server is not on PATH)` : title;

export const ENGINES: readonly EngineUnderTest[] = [
  {
    name: 'embedded',
    missing: false,
    title: 'the embedded engine',
    start: () => startFaultEngine({ choice: { kind: 'embedded' }, seed: 1 }),
  },
  {
    name: 'real',
    missing: realIsMissing,
    title: withReal('the real server'),
    start: () => startFaultEngine({ choice: { kind: 'real-on-path' }, seed: 1 }),
  },
];

/** Whether tests of the real server alone are skipped here. */
export const REAL_IS_SKIPPED = realIsMissing && process.env['PLIMSOLL_NO_SKIP'] !== '1';

/** True where a missing engine is a failure and must not be skipped. */
export const NO_SKIP: boolean = process.env['PLIMSOLL_NO_SKIP'] === '1';

/** Counts what held against an engine, to be said at the end: the point of the suite is both engines side by side. */
export class HeldCount {
  readonly #about: string;
  #held = 0;
  #differing = 0;
  #total = 0;

  constructor(about: string) {
    this.#about = about;
  }

  /** Wraps a test so that it is counted. */
  counted(differs: boolean, run: () => Promise<void>): () => Promise<void> {
    this.#total++;
    return async () => {
      await run();
      this.#held++;
      if (differs) this.#differing++;
    };
  }

  say(): void {
    console.log(
      `${this.#about}: ${this.#held} of ${this.#total} hold, ${this.#differing} of them as tabled differences`,
    );
  }
}
