/**
 * Asks for everything that a process of ours asks for, beside a worker that is there already, and tells what came of
 * it. Its first argument is the folder of the build.
 */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { setInterval } from 'node:timers';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';

const [, , dist] = process.argv;

if (isMainThread) {
  const { helperThreads, letHelpersYield } = await import(`${dist}/src/process-timing/index.js`);
  const worker = new Worker(new URL(import.meta.url), { argv: [dist] });
  const ofWorker = await new Promise((resolve) => worker.once('message', resolve));
  const told = letHelpersYield(helperThreads());
  /** Field 19 of proc_pid_stat(5); the name before it may hold spaces. */
  const niceOf = (thread) =>
    Number(readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')[1].split(' ')[16]);
  const lowered = readdirSync('/proc/self/task')
    .map(Number)
    .filter((thread) => niceOf(thread) === 19);
  process.stdout.write(
    JSON.stringify({
      told,
      lowered: lowered.length,
      main: niceOf(process.pid),
      worker: niceOf(ofWorker.thread),
      slackNs: ofWorker.slackNs,
    }) + '\n',
  );
  await worker.terminate();
} else {
  const { tightenTimerSlack } = await import(`${dist}/src/process-timing/index.js`);
  tightenTimerSlack();
  const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  parentPort.postMessage({ thread, slackNs: Number(readFileSync(`/proc/${thread}/timerslack_ns`, 'utf8')) });
  setInterval(() => undefined, 1_000);
}
