/** A `tools` mock in a process of its own, whose truth can be asked for when the run is over. */
import type { TruthLine, ToolsMockOptions } from '../../src/protocol/index.js';
import { execa } from 'execa';
import { entryPath } from '../../src/package/index.js';

export interface MockChild {
  readonly url: string;
  /** Every call that reached the queue, in order of arrival. */
  truth(): Promise<readonly TruthLine[]>;
  /** Ends the process; may be called again. */
  stop(): Promise<void>;
}

/** Starts a mock and waits until it listens; it ends with this process in any case. */
export async function startMockChild(options: Partial<ToolsMockOptions>): Promise<MockChild> {
  const child = execa(process.execPath, [entryPath('toolsMock'), JSON.stringify(options), '--parent-stdin'], {
    reject: false,
    buffer: { stdout: false },
  });
  const port = await new Promise<number>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = /^.*\n/.exec(text)?.[0];
      if (line !== undefined) resolve((JSON.parse(line) as { readonly port: number }).port);
    });
    void child.then(({ stderr }) => reject(new Error(`the mock ended before it was ready: ${stderr}`)));
  });
  const base = `http://127.0.0.1:${port}`;
  return {
    url: `${base}/mcp`,
    truth: async () => {
      const text = await (await fetch(`${base}/plimsoll/truth`)).text();
      return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as TruthLine]));
    },
    stop: async () => {
      child.kill('SIGTERM');
      await child;
    },
  };
}
