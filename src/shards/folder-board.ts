/** A board in a folder that all shards share: a note is a file, which appears whole. */
import { link, mkdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNow } from '../clock/index.js';
import { errorCode, fileErrorAdvice, ProblemError } from '../problem/index.js';
import { EXCHANGE_WITHIN_MS, NOTE_NAME, type Board } from './board.js';
import { exchangeFrom } from './clocks.js';

/** Between two polls of shard 0 for a shard that asks for its time, and of that shard for the answer. */
const EXCHANGE_LOOK_MS = 1;

/** @throws ProblemError (`preflight`) where the folder will not take or give a note at another try either. */
async function used<T>(dir: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    const { why, lasts } = fileErrorAdvice(thrown);
    if (!lasts) throw thrown;
    throw new ProblemError('preflight', {
      code: 'rendezvous',
      what: `the rendezvous folder ${dir} can't be used: ${why}`,
      remedy: 'give a folder that every shard can write, with room for some megabytes',
    });
  }
}

/**
 * Opens the board of a group below `folder`. Files can be read by their owner alone: notes hold what requests carry.
 * @throws ProblemError (`preflight`) when the folder can't be used.
 */
export async function folderBoard(folder: string, group: string): Promise<Board> {
  const dir = join(folder, group);
  const clocks = join(dir, 'clocks');
  try {
    await mkdir(clocks, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw new ProblemError('preflight', {
      code: 'rendezvous',
      what: `the rendezvous folder ${dir} can't be used: ${fileErrorAdvice(thrown).why}`,
      remedy: 'give a folder that every shard can write, on a volume that all of them share',
    });
  }
  const own = `.${randomBytes(8).toString('hex')}`;
  const path = (name: string): string => {
    if (!NOTE_NAME.test(name)) throw new Error(`${name} is no name of a note`);
    return join(dir, name);
  };
  let written = 0;
  const unseen = async (text: string): Promise<string> => {
    const hidden = join(dir, `${own}-${written++}`);
    try {
      await writeFile(hidden, text, { mode: 0o600 });
    } catch (thrown) {
      await unlink(hidden).catch(() => undefined);
      throw thrown;
    }
    return hidden;
  };
  let asked = 0;
  return {
    put: (name, text) =>
      used(dir, async () => {
        const hidden = await unseen(text);
        try {
          // Fails where the name is taken, on every file system that shards share.
          await link(hidden, path(name));
          return true;
        } catch (thrown) {
          if (errorCode(thrown) === 'EEXIST') return false;
          throw thrown;
        } finally {
          await unlink(hidden).catch(() => undefined);
        }
      }),
    replace: (name, text) => used(dir, async () => rename(await unseen(text), path(name))),
    get: (name) =>
      used(dir, async () => {
        try {
          return await readFile(path(name), 'utf8');
        } catch (thrown) {
          if (errorCode(thrown) === 'ENOENT') return null;
          throw thrown;
        }
      }),
    remove: (name) => rm(path(name), { force: true }),
    exchange: async () => {
      const name = `${own.slice(1)}-${asked++}`;
      const ask = join(clocks, `${name}.ask`);
      const answer = join(clocks, `${name}.answer`);
      const until = performance.now() + EXCHANGE_WITHIN_MS;
      const askedNs = monotonicNow();
      writeFileSync(ask, '', { mode: 0o600 });
      for (;;) {
        const text = await readFile(answer, 'utf8').catch(() => null);
        const hadNs = monotonicNow();
        if (text !== null) {
          await unlink(answer).catch(() => undefined);
          return exchangeFrom(askedNs, text, hadNs);
        }
        if (performance.now() > until) {
          await unlink(ask).catch(() => undefined);
          throw new Error('shard 0 does not answer in the rendezvous folder');
        }
        await sleep(EXCHANGE_LOOK_MS);
      }
    },
    answerExchanges: () => {
      const timer = setInterval(() => {
        try {
          for (const name of readdirSync(clocks)) if (name.endsWith('.ask')) answerIn(clocks, name);
        } catch {
          // A folder that can't be read for a moment, or is gone: who asks is not answered, and says so.
        }
      }, EXCHANGE_LOOK_MS);
      return () => clearInterval(timer);
    },
    isServed: false,
    clear: () => rm(dir, { recursive: true, force: true }),
    close: () => Promise.resolve(),
  };
}

function answerIn(folder: string, ask: string): void {
  const receivedNs = monotonicNow();
  const answer = join(folder, ask.replace(/\.ask$/, '.answer'));
  renameSync(join(folder, ask), `${answer}-`);
  writeFileSync(`${answer}-`, `${receivedNs} ${monotonicNow()}`);
  renameSync(`${answer}-`, answer);
}
