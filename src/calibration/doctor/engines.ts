/** What trying the fault engines said. Pure. */
import type { Problem } from '../../problem/index.js';
import type { EngineChoice } from '../../toxiproxy/index.js';
import { fail, ok, warn, type Check } from './check.js';

/** How starting an engine went. */
export type EngineTrial = { readonly version: string } | { readonly problems: readonly Problem[] };

/** The embedded engine, the one on PATH, and the chosen one if it is neither. */
export const enginesToTry = (choice: EngineChoice): readonly EngineChoice[] => [
  { kind: 'embedded' },
  { kind: 'real-on-path' },
  ...(choice.kind === 'url' ? [choice] : []),
];

/** An engine that is not the chosen one fails nothing: a run on another engine does not need it. */
export function judgeEngine(engine: EngineChoice, trial: EngineTrial, chosen: boolean): readonly Check[] {
  const id = engine.kind === 'real-on-path' ? 'toxiproxy-server' : 'fault-engine';
  if ('version' in trial) {
    switch (engine.kind) {
      case 'embedded':
        return [ok(id, `the embedded engine starts and answers (${trial.version})`)];
      case 'real-on-path':
        return [ok(id, `the one on PATH starts and answers (version ${trial.version})`)];
      case 'url':
        return [ok(id, `the engine at ${withoutUser(engine.url)} answers (${trial.version})`)];
    }
  }
  return trial.problems.map(({ code, what, remedy }) => {
    if (chosen) return fail(id, what, remedy);
    if (code === 'fault-engine-not-found') return ok(id, 'not found on PATH: not needed');
    return warn(id, what, remedy);
  });
}

const withoutUser = (url: string): string => new URL(url).host;
