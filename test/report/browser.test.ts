/** The report in a real browser: what a reader gets when the file is opened from disk. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { htmlReport, type RunView } from '../../src/report/index.js';
import { fixtureInput, fixtureSummary, PLAIN_NAMES, S } from './fixture.js';
import { LEAVES_OUT } from '../whole-runs.js';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
/** Where a skip counts as a failure the suite runs, and fails for want of a browser. */
const skip = LEAVES_OUT;
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Pictures of the report that are shown at this width, as an expression. */
const SHOWN =
  `[...document.querySelectorAll('svg[role=img]')]` + `.filter((svg) => getComputedStyle(svg).display !== 'none')`;
const OPEN_ALL = `for (const each of document.querySelectorAll('.chapter > details')) each.open = true`;
/** Of the usual run: the timeline, and the figures of its chapters. */
const PICTURES = 17;
/** A run with everything that takes room on the first screen: a banner, gates, and a long sentence on the queue. */
function fullestInput(): RunView {
  const what = `The schedule lag p99 was 14.2 ms, over the largest error of the response time that is allowed`;
  const ended = [
    { stage: 'upstream-queue', how: 'gave-up', attempts: 2950, share: 0.5 },
    { stage: 'return-hop', how: 'gave-up', attempts: 771, share: 0.13 },
    { stage: 'upstream-queue', how: 'shed', attempts: 520, share: 0.09 },
  ] as const;
  return fixtureInput(PLAIN_NAMES, {
    phases: fixtureSummary().phases.map((each) =>
      each.name === 'overload' && each.stageSplit !== null
        ? { ...each, stageSplit: { ...each.stageSplit, ended } }
        : each,
    ),
    validity: {
      verdict: 'invalid',
      reasons: [{ code: 'schedule-lag', severity: 'invalid', phase: 'overload', what, remedy: 'Lower the rate.' }],
    },
    attributions: [
      {
        ...{ phase: 'overload', windowNs: 0.667 * S, windows: 24, firstGrowing: 'upstream', by: 'growth' },
        ...{ evidence: null, stage: 'upstream-queue', gateway: null, onsetNs: 17.94 * S, onsetBy: 'windows' },
        ...{ slotWaitShare: 0, stages: [], gateways: [] },
      },
    ],
  });
}
/** Seconds in which faults begin and end that touch and overlap. */
const TOUCHING = [
  [30, 35],
  [35, 36],
  [33, 41],
  [36, 37],
  [12, 13],
] as const;

/** A run with faults whose names have to be kept apart. */
function touching() {
  const [one] = fixtureSummary().recoveries;
  if (one === undefined) throw new Error('The fixture has a fault.');
  const recoveries = TOUCHING.map(([from, to]) => ({ ...one, onsetNs: from * S, clearNs: to * S }));
  return fixtureInput({ ...PLAIN_NAMES, phase: 'WWWW overload' }, { recoveries });
}

const SCRIPT = '</script><script>document.title="owned"</script><img src=x onerror="document.title=1">';

describe.skipIf(skip)(
  `the report in Chromium${skip ? ' (skipped: a browser, made with PLIMSOLL_NO_SKIP=1)' : ''}`,
  () => {
    let browser: Browser;
    let folder = '';
    const files: Record<'plain' | 'hostile' | 'invalid' | 'touching', string> = {
      ...{ plain: '', hostile: '', invalid: '', touching: '' },
    };

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, args: ARGUMENTS });
      folder = mkdtempSync(join(tmpdir(), 'plimsoll-report-'));
      for (const [name, names] of [
        ['plain', PLAIN_NAMES],
        [
          'hostile',
          {
            run: SCRIPT,
            tool: `${SCRIPT}${'x'.repeat(10_240)}`,
            phase: SCRIPT,
            fault: SCRIPT,
            link: SCRIPT,
            message: 'm'.repeat(10_240),
          },
        ],
      ] as const) {
        files[name] = join(folder, `${name}.html`);
        writeFileSync(files[name], await htmlReport([fixtureInput(names)]));
      }
      files.invalid = join(folder, 'invalid.html');
      writeFileSync(files.invalid, await htmlReport([fullestInput()]));
      files.touching = join(folder, 'touching.html');
      writeFileSync(files.touching, await htmlReport([touching()]));
    });
    afterAll(async () => {
      await browser?.close();
      if (folder !== '') rmSync(folder, { recursive: true, force: true });
    });

    const views = [
      ...[1280, 390].flatMap((width) =>
        (['light', 'dark'] as const).map((scheme) => ({ name: 'plain', width, scheme }) as const),
      ),
      ...([
        { name: 'hostile', width: 1280, scheme: 'light' },
        { name: 'hostile', width: 390, scheme: 'dark' },
      ] as const),
    ];
    it.each(views)(
      'opens the $name one at $width px, $scheme, without error, request or overflow',
      async ({ name, width, scheme }) => {
        const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
        try {
          const page = await context.newPage();
          const said: string[] = [];
          const asked: string[] = [];
          page.on('console', (message) => said.push(message.text()));
          page.on('pageerror', (error) => said.push(error.message));
          page.on('request', (request) => asked.push(request.url()));
          await page.addInitScript('globalThis.before = [...Object.keys(window), "before"]');
          const address = pathToFileURL(files[name]).href;
          await page.goto(address);
          expect(said).toEqual([]);
          expect(asked).toEqual([address]);
          await page.evaluate(OPEN_ALL);
          const seen = await page.evaluate(`({
        overflow: document.documentElement.scrollWidth - window.innerWidth,
        pictures: ${SHOWN}.length,
        empty: ${SHOWN}.filter((svg) => svg.getBoundingClientRect().height < 60).length,
        title: document.title,
        paper: getComputedStyle(document.body).backgroundColor,
        left: Object.keys(window).filter((key) => !before.includes(key)).length,
        small: ${SHOWN}.filter((svg) => svg.getBoundingClientRect().width < 280).length,
      })`);
          expect(seen).toMatchObject({ overflow: 0, empty: 0, small: 0, left: 0 });
          expect(seen).toHaveProperty('pictures', PICTURES);
          expect(seen).toHaveProperty('paper', scheme === 'dark' ? 'rgb(15, 18, 21)' : 'rgb(255, 255, 255)');
          expect(seen).toHaveProperty('title', expect.stringContaining(name === 'plain' ? 'quickstart' : '</script>'));
          expect(said).toEqual([]);
        } finally {
          await context.close();
        }
      },
    );

    it.each(['plain', 'invalid'] as const)(
      'shows verdict, numbers, queue and the whole timeline with its axis on one screen: the %s one',
      async (name) => {
        const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
        try {
          await page.goto(pathToFileURL(files[name]).href);
          const ends = await page.evaluate<Record<string, number>>(`Object.fromEntries(
            ['h1', '.numbers', '.queue', 'ul.endings', 'svg.clock.wide', 'svg.clock.wide .ticks', '.readout']
              .map((each) => [each, document.querySelector(each)?.getBoundingClientRect().bottom ?? 0]))`);
          expect(Object.values(ends).filter((bottom) => bottom > 0)).toHaveLength(name === 'invalid' ? 7 : 6);
          expect(await page.locator('.banner').count()).toBe(name === 'invalid' ? 1 : 0);
          for (const [part, bottom] of Object.entries(ends)) expect(bottom, part).toBeLessThanOrEqual(800);
        } finally {
          await page.close();
        }
      },
    );

    it.each(
      [1280, 700, 390].flatMap((width) =>
        (['light', 'dark', 'print'] as const).map((medium) => ({ width, medium }) as const),
      ),
    )('marks an invalid run where no text is: $width px, $medium', async ({ width, medium }) => {
      const context = await browser.newContext({
        viewport: { width, height: 800 },
        colorScheme: medium === 'dark' ? 'dark' : 'light',
      });
      try {
        const page = await context.newPage();
        if (medium === 'print') await page.emulateMedia({ media: 'print' });
        await page.goto(pathToFileURL(files.invalid).href);
        for (const share of [0, 0.3, 1]) {
          const found = await page.evaluate<{ marks: number; covered: readonly string[] }>(`(() => {
            scrollTo(0, (document.documentElement.scrollHeight - innerHeight) * ${share});
            const marks = [...document.querySelectorAll('.watermark, .banner, .status')]
              .filter((each) => each.getBoundingClientRect().height > 0);
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const covered = [];
            for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
              const isShown = node.parentElement.closest('script, style, .unseen, .skip') === null;
              if (node.textContent.trim() === '' || !isShown) continue;
              const range = document.createRange();
              range.selectNodeContents(node);
              for (const text of range.getClientRects())
                for (const mark of marks) {
                  const box = mark.getBoundingClientRect();
                  const meets = text.left < box.right && text.right > box.left && text.top < box.bottom
                    && text.bottom > box.top && text.width > 1;
                  if (meets && !mark.contains(node)) covered.push(node.textContent);
                }
            }
            return { marks: marks.length, covered };
          })()`);
          expect(found.covered).toEqual([]);
          expect(found.marks).toBeGreaterThan(0);
        }
      } finally {
        await context.close();
      }
    });

    it('has its chapters on a phone in one even grid', async () => {
      const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
      try {
        await page.goto(pathToFileURL(files.plain).href);
        const rows = await page.evaluate<{
          heights: number[];
          lefts: number[];
          rights: number[];
          counts: string[];
        }>(`(() => {
          for (const fold of document.querySelectorAll('.chapter > details')) fold.open = false;
          const each = (selector) => [...document.querySelectorAll(selector)];
          const box = (selector) => each(selector).map((one) => one.getBoundingClientRect());
          const distinct = (values) => [...new Set(values.map((value) => Math.round(value)))];
          return {
            heights: distinct(box('.chapter > details > summary').map(({ height }) => height)),
            lefts: distinct([...box('.chapter h2'), ...box('.chapter .found')].map(({ left }) => left)),
            rights: distinct(box('.chapter .key-number').map(({ right }) => right)),
            counts: each('.chapter .key-number').map((one) => one.innerText.trim()),
          };
        })()`);
        const { counts, ...places } = rows;
        for (const values of Object.values(places)) expect(values).toHaveLength(1);
        for (const text of counts) expect(text).not.toMatch(/^[\d,]+( of [\d,]+)?$/);
      } finally {
        await page.close();
      }
    });

    it.each([1280, 390, 320])('keeps names on the timeline apart at %i px, as they are measured', async (width) => {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      try {
        await page.goto(pathToFileURL(files.touching).href);
        const seen = await page.evaluate<{ faults: number; titles: number; overlapping: readonly string[] }>(`(() => {
          const [clock] = [...document.querySelectorAll('svg.clock')]
            .filter((svg) => getComputedStyle(svg).display !== 'none');
          const texts = [...clock.querySelectorAll('text')].filter((each) => each.closest('.cross') === null)
            .map((each) => ({ words: each.textContent, box: each.getBoundingClientRect() }));
          const line = (box) => (box.top + box.bottom) / 2;
          const meet = (a, b) => a.left < b.right - 0.5 && b.left < a.right - 0.5
            && Math.abs(line(a) - line(b)) < Math.min(a.height, b.height) * 0.6;
          return {
            faults: clock.querySelectorAll('.fault-words').length,
            titles: [...clock.querySelectorAll('title')].filter((each) => /^fault: /.test(each.textContent)).length,
            overlapping: texts.flatMap((one, index) => texts.slice(index + 1)
              .filter((other) => meet(one.box, other.box)).map(({ words }) => one.words + ' / ' + words)),
          };
        })()`);
        expect(seen.overlapping).toEqual([]);
        expect(seen.faults).toBeGreaterThan(2);
        expect(seen.titles).toBe(TOUCHING.length + seen.faults);
      } finally {
        await page.close();
      }
    });

    it('shows the same without script, and without a figure too narrow at 400 % zoom', async () => {
      const context = await browser.newContext({ viewport: { width: 320, height: 256 }, javaScriptEnabled: false });
      try {
        const page = await context.newPage();
        await page.goto(pathToFileURL(files.plain).href);
        expect(await page.locator('svg.clock.narrow').isVisible()).toBe(true);
        expect(await page.locator('svg.clock.wide').isVisible()).toBe(false);
        expect(await page.locator('.readout li').first().textContent()).toMatch(/^p99/);
        await page.goto(`${pathToFileURL(files.plain).href}#recovery`);
        expect(await page.locator('#recovery figure svg').first().isVisible()).toBe(true);
        const box = await page.locator('svg.clock.narrow').boundingBox();
        expect(box?.width).toBeLessThanOrEqual(320);
      } finally {
        await context.close();
      }
    });

    it('moves one crosshair through all panes, zooms by dragging, and goes back', async () => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      try {
        await page.goto(pathToFileURL(files.plain).href);
        const clock = page.locator('svg.clock.wide');
        const box = await clock.boundingBox();
        if (box === null) throw new Error('The timeline is not shown.');
        const moment = page.locator('.readout .moment b');
        const at = async (share: number): Promise<string | null> => {
          await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
          return moment.textContent();
        };
        const [early, late] = [await at(0.1), await at(0.9)];
        expect(early).toMatch(/^at \+\d/);
        expect(late).not.toBe(early);
        await page.locator('.stage').focus();
        await page.keyboard.press('ArrowLeft');
        expect(await moment.textContent()).not.toBe(late);
        const path = clock.locator('.moving path[data-track=p50]').first();
        const before = await path.getAttribute('d');
        await page.mouse.move(box.x + box.width * 0.3, box.y + 200);
        await page.mouse.down();
        await page.mouse.move(box.x + box.width * 0.5, box.y + 200, { steps: 4 });
        await page.mouse.up();
        expect(await path.getAttribute('d')).not.toBe(before);
        await page.getByRole('button', { name: 'whole run' }).click();
        expect(await path.getAttribute('d')).toBe(before);
        await page.keyboard.press('+');
        expect(await path.getAttribute('d')).not.toBe(before);
        await page.keyboard.press('Escape');
        expect(await path.getAttribute('d')).toBe(before);
        await page.getByRole('button', { name: /^p99/ }).first().click();
        expect(await clock.locator('path[data-track=p99]').first().getAttribute('class')).toContain('off');
      } finally {
        await page.close();
      }
    });

    it('sorts a table by a column, by size and both ways', async () => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      try {
        await page.goto(`${pathToFileURL(files.plain).href}#resources`);
        const cells = async (): Promise<string[]> =>
          page.locator('#resources tbody tr td:nth-child(2)').allTextContents();
        const size = (text: string): number => Number.parseFloat(text);
        const heading = page.locator('#resources thead button', { hasText: 'CPU, mean' });
        await heading.click();
        const falling = (await cells()).map(size);
        expect(falling).toEqual([...falling].sort((a, b) => b - a));
        await heading.click();
        expect((await cells()).map(size)).toEqual([...falling].reverse());
        expect(await page.locator('#resources thead th[aria-sort=ascending]').count()).toBe(1);
      } finally {
        await page.close();
      }
    });

    it('has nothing that axe calls serious, in light and dark, with all chapters open', async () => {
      const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
      for (const colorScheme of ['light', 'dark'] as const) {
        const context = await browser.newContext({
          viewport: { width: 1280, height: 800 },
          colorScheme,
          bypassCSP: true,
        });
        try {
          const page = await context.newPage();
          await page.goto(pathToFileURL(files.plain).href);
          await page.evaluate(OPEN_ALL);
          await page.evaluate(axe);
          const found = await page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then((all) =>
            all.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
              .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map((node) => node.html).join(' | ')))`);
          expect(found).toEqual([]);
        } finally {
          await context.close();
        }
      }
    });

    it('prints on A4 with light paper, all chapters, and no figure wider than the sheet', async () => {
      const context = await browser.newContext({ viewport: { width: 718, height: 1017 }, colorScheme: 'dark' });
      try {
        const page = await context.newPage();
        await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
        await page.goto(pathToFileURL(files.plain).href);
        const seen = await page.evaluate(`({
        wide: ${SHOWN}.map((svg) => svg.getBoundingClientRect().right)
          .filter((right) => right > document.documentElement.clientWidth + 1).length,
        paper: getComputedStyle(document.body).backgroundColor,
        folded: [...document.querySelectorAll('.chapter .body')]
          .filter((each) => each.getBoundingClientRect().height === 0).length,
      })`);
        expect(seen).toEqual({ wide: 0, paper: 'rgb(255, 255, 255)', folded: 0 });
      } finally {
        await context.close();
      }
    });

    it('lets the keyboard reach every table and figure that scrolls', async () => {
      const context = await browser.newContext({ viewport: { width: 390, height: 900 } });
      try {
        const page = await context.newPage();
        await page.goto(pathToFileURL(files.plain).href);
        await page.evaluate(OPEN_ALL);
        const stuck = await page.evaluate(
          `[...document.querySelectorAll('*')]
            .filter((each) => ['auto', 'scroll'].includes(getComputedStyle(each).overflowX))
            .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.tabIndex < 0).length`,
        );
        expect(stuck).toBe(0);
        await page.keyboard.press('Tab');
        expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the verdict');
      } finally {
        await context.close();
      }
    });
  },
);
