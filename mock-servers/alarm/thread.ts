/** The alarm's thread: sleeps until the moment asked for last, rings once, and sleeps until it is asked again. */
import { workerData } from 'node:worker_threads';
import { NS_PER_MS, clockFrom } from '../../src/clock/index.js';
import { tightenTimerSlack } from '../../src/process-timing/index.js';
import { ASKED, RUNG, alarmMemory, type AlarmSetup } from './cells.js';

const { memory, epochNs } = workerData as AlarmSetup;
const { cells, moment } = alarmMemory(memory);
const nowNs = clockFrom(BigInt(epochNs));
tightenTimerSlack();

function ring(): void {
  Atomics.add(cells, RUNG, 1);
  Atomics.notify(cells, RUNG);
}

// The first ring says that somebody is here.
ring();
let rungFor = 0;
for (;;) {
  const asked = Atomics.load(cells, ASKED);
  const leftNs = asked === rungFor ? Infinity : (moment[0] ?? Infinity) - nowNs();
  if (leftNs > 0) {
    // Returns at once when a moment was asked for since.
    Atomics.wait(cells, ASKED, asked, leftNs / NS_PER_MS);
  } else {
    rungFor = asked;
    ring();
  }
}
