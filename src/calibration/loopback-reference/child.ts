import { spawn } from 'node:child_process';
import { entryPath } from '../../package/index.js';
import { messageOf } from '../../problem/index.js';
import type { LoopbackPorts } from './server.js';

export interface LoopbackChild extends LoopbackPorts {
  /** Ends it; resolves when it is gone. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 5_000;
const STOP_WITHIN_MS = 1_000;

/** Starts the loopback server and waits for its ports. Rejects, with no process left, when it does not come up. */
export async function startLoopbackServer(): Promise<LoopbackChild> {
  const child = spawn(process.execPath, [entryPath('loopbackReference')], { stdio: ['pipe', 'pipe', 'pipe'] });
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = async (): Promise<void> => {
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await gone;
    clearTimeout(timer);
  };
  // A child that has ended breaks the pipe; `gone` resolves then.
  child.stdin.on('error', () => undefined);
  try {
    const ports = await new Promise<LoopbackPorts>((resolve, reject) => {
      let out = '';
      let complaint = '';
      const timer = setTimeout(
        () => reject(new Error(`the loopback server printed nothing for ${READY_WITHIN_MS} ms`)),
        READY_WITHIN_MS,
      );
      child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-500)));
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
        if (!out.includes('\n')) return;
        clearTimeout(timer);
        try {
          resolve(JSON.parse(out) as LoopbackPorts);
        } catch (reason) {
          reject(new Error(`the loopback server printed something other than its ports: ${messageOf(reason)}`));
        }
      });
      child.once('error', (reason) => reject(reason));
      void gone.then(() => {
        clearTimeout(timer);
        reject(new Error(`the loopback server ended before it was ready: ${complaint.trim()}`));
      });
    });
    return { ...ports, stop };
  } catch (reason) {
    await stop();
    throw reason;
  }
}
