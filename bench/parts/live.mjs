/** What the live page costs: CPU time of the load threads for each call, with a reader of the page and without. */
import { watchedRun } from '../contestants/index.mjs';
import { quiet } from '../machine.mjs';
import { median, medianInterval, withInterval } from '../statistics.mjs';

export const title = 'The live page: CPU time of the generator, with and without';

const OPTIONS = { ratePerSecond: 2_000, seconds: 8 };

export async function run({ pairs: count }) {
  const pairs = [];
  for (let i = 0; i < count; i++) {
    await quiet();
    const once = (isLive) => watchedRun({ ...OPTIONS, isLive });
    const early = i % 2 === 0 ? await once(true) : null;
    const without = await once(false);
    pairs.push({ live: early ?? (await once(true)), without });
  }
  const unread = pairs.filter(({ live }) => !(live.readBytes > 0)).length;
  if (unread > 0) throw new Error(`in ${unread} runs the reader of the page got nothing`);
  const ratio = medianInterval(pairs.map(({ live, without }) => live.cpuUs / without.cpuUs));
  const of = (which) => median(pairs.map((pair) => pair[which].cpuUs)).toFixed(1);
  return [
    '| CPU per call, with / without | with, us | without, us | pairs |',
    '| --- | --- | --- | --- |',
    `| ${withInterval(ratio, 3)} | ${of('live')} | ${of('without')} | ${pairs.length} |`,
    '',
    `Of the load threads alone, at ${OPTIONS.ratePerSecond}/s for ${OPTIONS.seconds} s, the first of them ` +
      'left out. The page is made and sent by the main thread; a process of its own reads it. ' +
      'The pair takes turns in who goes first.',
  ].join('\n');
}
