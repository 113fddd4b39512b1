/** The pages of a history and of a run that goes on in a real browser. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyOf } from '../../src/history/index.js';
import { startLiveServer } from '../../src/live/index.js';
import { outcomeCode, OUTCOMES } from '../../src/record/index.js';
import { historyPage, livePage } from '../../src/report/index.js';
import { MS, S, sketchPlan, stage } from '../analysis/fixtures/scenario.js';
import { runsOf, SLOWER_FROM_10 } from '../history/runs.js';
import { PLAN, Watched } from '../live/watched.js';
import { LEAVES_OUT } from '../whole-runs.js';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
/** Where a skip counts as a failure the suite runs, and fails for want of a browser. */
const skip = LEAVES_OUT;
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const SCRIPT = '"></title></script><script>document.title="owned"</script><img src=x onerror="document.title=1">';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** What axe calls serious or critical. */
async function seriousIn(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then((all) =>
    all.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map((node) => node.html).join(' | ')))`);
}

const OVERFLOW = 'document.documentElement.scrollWidth - window.innerWidth';

describe.skipIf(skip)(
  `further pages in Chromium${skip ? ' (skipped: a browser, made with PLIMSOLL_NO_SKIP=1)' : ''}`,
  () => {
    let browser: Browser;
    let folder = '';

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, args: ARGUMENTS });
      folder = mkdtempSync(join(tmpdir(), 'plimsoll-pages-'));
    });
    afterAll(async () => {
      await browser?.close();
      if (folder !== '') rmSync(folder, { recursive: true, force: true });
    });

    /** Opens a page; nothing may be printed, and nothing asked for that does not begin with its address. */
    async function opened(address: string, options: BrowserContextOptions, look: (page: Page) => Promise<void>) {
      const context = await browser.newContext(options);
      try {
        const page = await context.newPage();
        const printed: string[] = [];
        const asked: string[] = [];
        page.on('console', (message) => printed.push(message.text()));
        page.on('pageerror', (error) => printed.push(error.message));
        page.on('request', (request) => asked.push(request.url()));
        await page.goto(address);
        await look(page);
        expect(printed).toEqual([]);
        expect(asked.filter((url) => !url.startsWith(address))).toEqual([]);
      } finally {
        await context.close();
      }
    }

    it('show a history with all its chapters, in light and dark, wide and narrow', async () => {
      const hostile = runsOf(14, (day) => ({
        ...{ name: SCRIPT, arm: SCRIPT, serverName: SCRIPT, cpuModel: SCRIPT, commit: SCRIPT },
        factor: day < 7 ? 1 : 2,
      }));
      for (const { name, history, width, colorScheme } of [
        { name: 'plain', history: historyOf('nightly', SLOWER_FROM_10), width: 1280, colorScheme: 'light' },
        { name: 'hostile', history: historyOf(SCRIPT, hostile), width: 390, colorScheme: 'dark' },
      ] as const) {
        const path = join(folder, `${name}.html`);
        writeFileSync(
          path,
          historyPage(history, () => null),
        );
        const options = { viewport: { width, height: 900 }, colorScheme, bypassCSP: true } as const;
        await opened(pathToFileURL(path).href, options, async (page) => {
          await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true`);
          expect(await page.evaluate(OVERFLOW), name).toBe(0);
          expect(await page.locator('svg.over-runs').count()).toBeGreaterThan(3);
          expect(await page.title()).not.toMatch(/^(owned|1)$/);
          expect(await seriousIn(page), name).toEqual([]);
        });
      }
    }, 60_000);

    it('draw a run while it goes on, under their own policy, until it has ended', async () => {
      const watched = new Watched();
      watched.run.happened({ type: 'phase', atNs: 0, phase: 1, name: SCRIPT, edge: 'start' });
      watched.run.reads(() => ({ inFlight: 12, queued: 4 }));
      const failed = { outcome: outcomeCode('deadline') };
      for (let second = 0; second < 6; second++)
        watched.spool((second + 1) * S, [
          ...watched.calls(second, 150, (10 + second) * MS),
          ...watched.calls(second, second < 4 ? 0 : 50, 100 * MS, failed),
        ]);
      watched.fault('on', 4 * S);
      watched.nowNs = 7.6 * S;
      const server = await startLiveServer(watched.run, livePage());
      let isOpen = true;
      try {
        await opened(server.url, { viewport: { width: 1280, height: 900 } }, async (page) => {
          const text = (id: string): Promise<string> => page.locator(`#${id}`).innerText();
          await expect.poll(() => text('rate'), { timeout: 10_000 }).toBe('200/s');
          expect(await text('state')).toBe('running');
          expect(await text('p50')).toBe('15 ms');
          expect(await text('p99')).toBe('> 250 ms');
          expect(await text('errors')).toBe('25 %');
          expect(await text('waiting')).toBe('12, 4');
          expect(await text('left')).toBe('2.4 s');
          expect(await text('faults')).toMatch(/^Fault active: .+, for 3\.6 s, 0\.4 s left$/);
          expect(await page.locator('#outcomes rect[fill]').count()).toBe(6 + 2);
          expect(await page.locator('#times path').count()).toBe(2);
          expect(await page.locator('script').count()).toBe(1);
          expect(await page.locator('img').count()).toBe(0);
          expect(
            await page.evaluate(`document.querySelector('main').innerHTML.match(/NaN|undefined|Infinity/g)`),
          ).toBeNull();
          // It grows.
          watched.nowNs = 9.6 * S;
          await expect.poll(() => text('rate'), { timeout: 10_000 }).toBe('0/s');
          isOpen = false;
          await server.close();
          await expect.poll(() => text('state')).toBe('the run has ended; its numbers are in the report');
          expect([await text('left'), await text('faults')]).toEqual(['–', '']);
        });
      } finally {
        if (isOpen) await server.close();
      }
    }, 60_000);

    it('draw the last ten minutes of a long run, every outcome in every second, with few marks', async () => {
      const watched = new Watched();
      watched.phase(1, 0);
      const outcomes = OUTCOMES.filter((outcome) => outcome !== 'ok').map(outcomeCode);
      for (let second = 0; second < 1_300; second++) {
        const slow = outcomes.flatMap((outcome) => watched.calls(second, 2, 400 * MS, { outcome }));
        watched.spool((second + 1) * S, [
          ...watched.calls(second, 40, 10 * MS),
          ...watched.calls(second, 4, 300 * MS),
          ...slow,
        ]);
      }
      watched.nowNs = 1_301.5 * S;
      const server = await startLiveServer(watched.run, livePage());
      try {
        await opened(server.url, { viewport: { width: 1280, height: 900 } }, async (page) => {
          const marks = page.locator('figure svg *');
          await expect.poll(() => marks.count(), { timeout: 20_000 }).toBeGreaterThan(1_000);
          expect(await marks.count()).toBeLessThan(3_000);
          // A column is three seconds, and as high as the calls of one.
          expect(await page.locator('#outcomes rect[fill]').count()).toBeLessThan(201 * 10);
          expect(await page.locator('#rate').innerText()).toBe(`${44 + 2 * outcomes.length}/s`);
          const labels = await page.locator('#outcomes text[text-anchor=middle]').allTextContents();
          expect(labels).toEqual([7, 8, 9, 10, 11, 12, 13].map((hundreds) => `${hundreds}00 s`));
          expect(await page.locator('#outcomes text[text-anchor=end]').allTextContents()).toContain('20/s');
        });
      } finally {
        await server.close();
      }
    }, 60_000);

    it('go on after a lost connection with what they are sent, and show a second viewer the same', async () => {
      const watched = new Watched();
      watched.phase(1, 0);
      const eventOf = (retryMs: number): string => {
        const data = JSON.stringify({ ...watched.run.view(), isWhole: true, nowNs: watched.nowNs });
        return `retry: ${retryMs}\nevent: seconds\ndata: ${data}\n\n`;
      };
      watched.spool(S, watched.calls(0, 70, 10 * MS));
      watched.nowNs = 2.6 * S;
      const bodies = [eventOf(50)];
      watched.spool(3 * S, watched.calls(1, 90, 10 * MS));
      watched.nowNs = 4 * S;
      bodies.push(eventOf(60_000));
      const server = await startLiveServer(watched.run, livePage());
      try {
        await opened(server.url, { viewport: { width: 1280, height: 900 } }, async (page) => {
          await page.route('**/events', (route) =>
            route.fulfill({ contentType: 'text/event-stream', body: bodies.shift() ?? '' }),
          );
          await page.reload();
          await expect.poll(() => page.locator('#rate').innerText(), { timeout: 10_000 }).toBe('90/s');
          await expect.poll(() => page.locator('#state').innerText()).toBe('connection lost, trying again');
          expect(await page.locator('#outcomes rect[fill]').count()).toBe(2);
          expect(bodies).toEqual([]);
        });
        const seen: string[] = [];
        for (const colorScheme of ['light', 'dark'] as const)
          await opened(server.url, { viewport: { width: 1280, height: 900 }, colorScheme }, async (page) => {
            await expect.poll(() => page.locator('#rate').innerText(), { timeout: 10_000 }).toBe('90/s');
            seen.push(await page.locator('#outcomes').innerHTML());
          });
        expect(seen[1]).toBe(seen[0]);
      } finally {
        await server.close();
      }
    }, 60_000);

    it('show long and hostile names as text, and of a run that is made again nothing of before', async () => {
      const name = `${'\u202e\u0007'}${SCRIPT}${'x'.repeat(10_000)}`;
      const plan = { ...PLAN, scenario: { ...PLAN.scenario, name } };
      const watched = new Watched(plan);
      watched.run.happened({ type: 'phase', atNs: 0, phase: 1, name, edge: 'start' });
      watched.spool(S, watched.calls(0, 70, 10 * MS));
      watched.nowNs = 2.6 * S;
      const server = await startLiveServer(watched.run, livePage());
      try {
        await opened(server.url, { viewport: { width: 390, height: 900 } }, async (page) => {
          const text = (id: string): Promise<string> => page.locator(`#${id}`).innerText();
          await expect.poll(() => text('rate'), { timeout: 10_000 }).toBe('70/s');
          expect(await page.evaluate(OVERFLOW)).toBe(0);
          expect(Array.from(await text('name')).length).toBeLessThanOrEqual(80);
          for (const id of ['name', 'phase']) expect(await text(id)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
          expect(await page.title()).toContain('"></title></script>');
          expect(await page.locator('img').count()).toBe(0);
          watched.nowNs = 0.1 * S;
          watched.begin();
          await expect.poll(() => text('rate'), { timeout: 10_000 }).toBe('–');
          expect(await text('phase')).toBe('–');
          expect(await page.locator('figure svg *').count()).toBe(0);
        });
      } finally {
        await server.close();
      }
    }, 60_000);

    it('draw a run in text that can be read and does not overlap, however narrow, and anew when turned', async () => {
      const names = ['warm-up', 'a first load with a long name', 'x', 'overload', 'the way back'];
      const watched = new Watched(
        sketchPlan({ phases: names.map((name) => ({ name, stages: [stage('main', 80, S)] })) }),
      );
      names.forEach((name, phase) => {
        const atNs = [0, 40, 80, 84, 90][phase] ?? 0;
        watched.run.happened({ type: 'phase', atNs: atNs * S, phase, name, edge: 'start' });
      });
      watched.run.reads(() => ({ inFlight: 12, queued: 11 }));
      for (let second = 0; second < 110; second++)
        watched.spool((second + 1) * S, watched.calls(second, 80, (10 + (second % 3)) * MS));
      watched.nowNs = 111.5 * S;
      const server = await startLiveServer(watched.run, livePage());
      const LOOK = `(() => {
        const texts = [...document.querySelectorAll('figure svg text')];
        const boxes = texts.map((each) => ({ words: each.textContent, svg: each.ownerSVGElement.id,
          box: each.getBoundingClientRect() }));
        const meet = (a, b) => a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 3
          && b.top < a.bottom - 3;
        return {
          overflow: ${OVERFLOW},
          smallest: Math.min(...texts.map((each) =>
            Number.parseFloat(getComputedStyle(each).fontSize) * each.getScreenCTM().a)),
          beyond: boxes.filter(({ box }) => box.left < 0 || box.right > window.innerWidth).map(({ words }) => words),
          overlapping: boxes.flatMap((one, index) => boxes.slice(index + 1)
            .filter((other) => other.svg === one.svg && meet(one.box, other.box))
            .map(({ words }) => one.words + ' / ' + words)),
          names: boxes.filter(({ svg }) => svg === 'times').map(({ words }) => words),
        };
      })()`;
      interface Seen {
        readonly overflow: number;
        readonly smallest: number;
        readonly beyond: readonly string[];
        readonly overlapping: readonly string[];
        readonly names: readonly string[];
      }
      try {
        await opened(server.url, { viewport: { width: 320, height: 900 } }, async (page) => {
          await expect.poll(() => page.locator('#rate').innerText(), { timeout: 10_000 }).toBe('80/s');
          // The last of these is without a new second: the page draws it anew because it was turned.
          for (const width of [320, 390, 844, 1280]) {
            await page.setViewportSize({ width, height: 900 });
            await expect
              .poll(() => page.evaluate(`document.querySelector('#times').viewBox.baseVal.width`))
              .toBe(await page.evaluate(`Math.floor(document.querySelector('#times').getBoundingClientRect().width)`));
            const seen = await page.evaluate<Seen>(LOOK);
            expect(seen, String(width)).toMatchObject({ overflow: 0, beyond: [], overlapping: [] });
            expect(seen.smallest, String(width)).toBeGreaterThanOrEqual(11);
            expect(seen.names).toEqual(expect.arrayContaining(['warm-up', 'p50', 'p99']));
          }
        });
      } finally {
        await server.close();
      }
    }, 60_000);

    it('are readable while a run goes on, in light and dark, wide and narrow', async () => {
      const watched = new Watched();
      watched.phase(1, 0);
      for (let second = 0; second < 5; second++) watched.spool((second + 1) * S, watched.calls(second, 200, 10 * MS));
      watched.nowNs = 6.5 * S;
      const server = await startLiveServer(watched.run, livePage());
      try {
        for (const [width, colorScheme] of [
          [1280, 'light'],
          [390, 'dark'],
        ] as const)
          await opened(server.url, { viewport: { width, height: 900 }, colorScheme, bypassCSP: true }, async (page) => {
            await expect.poll(() => page.locator('#rate').innerText(), { timeout: 10_000 }).toBe('200/s');
            expect(await page.evaluate(OVERFLOW)).toBe(0);
            expect(await seriousIn(page)).toEqual([]);
          });
      } finally {
        await server.close();
      }
    }, 60_000);
  },
);
