/**
 * What comes after a run: sealing the record, reading it back, analysis and reports; in CPU time, and how much memory
 * it takes.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { sealing } from '../contestants/index.mjs';
import { quiet } from '../machine.mjs';

export const title = 'After the run: record, analysis, reports';

/** The first is about that of the quickstart. */
const SAMPLES = [20_000, 300_000, 1_000_000, 3_000_000];

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Seconds until the page is loaded and drawn, its browser running already; null without a browser. */
async function openedIn(path) {
  if (!existsSync(CHROMIUM)) return null;
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const beganMs = performance.now();
    await page.goto(pathToFileURL(path).href, { waitUntil: 'load' });
    await page.screenshot();
    return (performance.now() - beganMs) / 1_000;
  } finally {
    await browser.close();
  }
}

export async function run() {
  const seen = [];
  for (const samples of SAMPLES) {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-seal-'));
    try {
      await quiet();
      const sealed = await sealing({ samples, folder });
      seen.push({ ...sealed, opensS: await openedIn(join(sealed.dir, 'report.html')) });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  // The first stage stands for the run itself.
  const names = seen[0].stages.slice(1).map(({ name }) => name);
  const row = (name, cells) => `| ${name} | ${cells.join(' | ')} |`;
  const sum = ({ stages }, key) => stages.slice(1).reduce((total, stage) => total + stage[key], 0);
  return [
    row(
      'CPU seconds, on one core',
      seen.map(({ samples }) => `${(samples / 1e6).toFixed(2)} million attempts`),
    ),
    row(
      '---',
      seen.map(() => '---'),
    ),
    ...names.map((name) =>
      row(
        name,
        seen.map(({ stages }) => stages.find((stage) => stage.name === name).cpuS.toFixed(2)),
      ),
    ),
    row(
      'all',
      seen.map((one) => sum(one, 'cpuS').toFixed(2)),
    ),
    row(
      'all, seconds by the clock',
      seen.map((one) => sum(one, 'wallS').toFixed(1)),
    ),
    row(
      'highest RSS, MB',
      seen.map(({ stages }) => stages.at(-1).maxRssMB.toFixed(0)),
    ),
    row(
      'report.html, MB',
      seen.map(({ bytes }) => (bytes['report.html'] / 1e6).toFixed(2)),
    ),
    row(
      'opens in Chromium, seconds',
      seen.map(({ opensS }) => (opensS === null ? 'no Chromium' : opensS.toFixed(2))),
    ),
    row(
      'samples.parquet, bytes an attempt',
      seen.map(({ bytes, samples }) => (bytes['samples.parquet'] / samples).toFixed(1)),
    ),
    '',
    'A Poisson run at 5 000/s with three calls, retries, a fault, upstream stamps, and one call of a ' +
      'hundred that fails.',
  ].join('\n');
}
