/** The page of a comparison in a real browser: what a reader gets when the file is opened from disk. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparisonPage } from '../../src/report/index.js';
import { comparisonOf, FIVE, TWO } from './comparison-fixture.js';
import { LEAVES_OUT } from '../whole-runs.js';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
/** Where a skip counts as a failure the suite runs, and fails for want of a browser. */
const skip = LEAVES_OUT;
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const SCRIPT = '"></title></script><script>document.title="owned"</script><img src=x onerror="document.title=1">';

const HOSTILE = ['direct', SCRIPT, `${SCRIPT}${'x'.repeat(10_240)}`, 'javascript:alert(1)//', '../../..'] as const;
const hostileTexts = { run: SCRIPT, tool: SCRIPT, phase: SCRIPT, fault: SCRIPT, link: SCRIPT, message: SCRIPT };

const PAGES = {
  two: () => comparisonOf(TWO),
  five: () => comparisonOf(FIVE),
  hostile: () => comparisonOf(HOSTILE, { texts: hostileTexts }),
} as const;
type PageName = keyof typeof PAGES;

describe.skipIf(skip)(
  `the page of a comparison in Chromium${skip ? ' (skipped: a browser, made with PLIMSOLL_NO_SKIP=1)' : ''}`,
  () => {
    let browser: Browser;
    let folder = '';
    const fileOf = (name: PageName): string => join(folder, `${name}.html`);

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, args: ARGUMENTS });
      folder = mkdtempSync(join(tmpdir(), 'plimsoll-comparison-'));
      for (const name of Object.keys(PAGES) as PageName[])
        writeFileSync(
          fileOf(name),
          comparisonPage(PAGES[name](), (run) => run),
        );
    });
    afterAll(async () => {
      await browser?.close();
      if (folder !== '') rmSync(folder, { recursive: true, force: true });
    });

    /** Opens a page; gives what the browser printed and asked for beside what `look` finds. */
    async function opened(name: PageName, options: BrowserContextOptions, look: (page: Page) => Promise<unknown>) {
      const context = await browser.newContext(options);
      try {
        const page = await context.newPage();
        const printed: string[] = [];
        const asked: string[] = [];
        page.on('console', (message) => printed.push(message.text()));
        page.on('pageerror', (error) => printed.push(error.message));
        page.on('request', (request) => asked.push(request.url()));
        const address = pathToFileURL(fileOf(name)).href;
        await page.goto(address);
        const found = await look(page);
        expect(printed).toEqual([]);
        expect(asked).toEqual([address]);
        return found;
      } finally {
        await context.close();
      }
    }

    /** Measures as a script of the browser's side, which runs where the page itself may run none. */
    const MEASURES = `({
      overflow: document.documentElement.scrollWidth - window.innerWidth,
      scripts: document.scripts.length,
      images: document.images.length,
      curves: document.querySelectorAll('figure.curves > svg').length,
      small: [...document.querySelectorAll('figure > svg')].filter((svg) => {
        const { width, height } = svg.getBoundingClientRect();
        return width < 250 || height < 100;
      }).length,
      // Text of a picture that leaves the screen is cut.
      cut: [...document.querySelectorAll('figure text')].filter((text) => {
        const { left, right } = text.getBoundingClientRect();
        return left < 0 || right > window.innerWidth;
      }).map((text) => text.textContent),
      stuck: [...document.querySelectorAll('*')]
        .filter((each) => ['auto', 'scroll'].includes(getComputedStyle(each).overflowX))
        .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.tabIndex < 0).length,
      nan: document.body.innerHTML.match(/NaN|undefined|Infinity/g),
      title: document.title,
      paper: getComputedStyle(document.body).backgroundColor,
    })`;

    it.each(
      (['two', 'five', 'hostile'] as const).flatMap((name) => [
        { name, width: 1280, scheme: 'light' as const },
        { name, width: 840, scheme: 'light' as const },
        { name, width: 390, scheme: 'dark' as const },
      ]),
    )(
      'opens that of $name at $width px, $scheme, without error, request or overflow',
      async ({ name, width, scheme }) => {
        const found = await opened(name, { viewport: { width, height: 900 }, colorScheme: scheme }, (page) =>
          page.evaluate(MEASURES),
        );
        const paper = scheme === 'dark' ? 'rgb(15, 18, 21)' : 'rgb(255, 255, 255)';
        expect(found).toMatchObject({
          overflow: 0,
          scripts: 0,
          images: 0,
          small: 0,
          cut: [],
          stuck: 0,
          nan: null,
          paper,
        });
        expect(found).toHaveProperty('title', expect.not.stringMatching(/^(owned|1)$/));
        expect((found as { readonly curves: number }).curves).toBeGreaterThan(3);
      },
    );

    it.each(['two', 'five'] as const)('has its contents on a phone in one even grid: that of %s', async (name) => {
      const found = await opened(name, { viewport: { width: 390, height: 900 } }, (page) =>
        page.evaluate(`(() => {
          const boxes = [...document.querySelectorAll('nav ol a')].map((each) => each.getBoundingClientRect());
          const distinct = (values) => new Set(values.map((value) => Math.round(value))).size;
          return {
            heights: distinct(boxes.map(({ height }) => height)),
            widths: distinct(boxes.map(({ width }) => width)),
            columns: distinct(boxes.map(({ left }) => left)),
          };
        })()`),
      );
      expect(found).toEqual({ heights: 1, widths: 1, columns: 2 });
    });

    it.each(['two', 'five'] as const)('has nothing beside its edges on a phone: that of %s', async (name) => {
      const inner = await opened(name, { viewport: { width: 390, height: 900 } }, (page) =>
        page.evaluate(`[...document.querySelectorAll('.wide')]
          .filter((each) => each.offsetParent !== null && each.scrollWidth > each.clientWidth + 1)
          .map((each) => each.getAttribute('aria-label'))`),
      );
      expect(inner).toEqual([]);
    });

    it.each([
      ['two', 'Inconclusive'],
      ['five', 'Regress'],
    ] as const)('is whole without JavaScript, and on paper: that of %s', async (name, verdict) => {
      const options = {
        viewport: { width: 718, height: 1017 },
        javaScriptEnabled: false,
        colorScheme: 'dark',
      } as const;
      await opened(name, options, async (page) => {
        await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
        expect(await page.locator('h1').innerText()).toContain(verdict);
        expect(await page.locator('nav').isVisible()).toBe(false);
        const wide = await page.locator('figure > svg, table').all();
        for (const each of wide) {
          const box = await each.boundingBox();
          expect(box === null ? 0 : box.x + box.width).toBeLessThanOrEqual(718);
        }
        expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
      });
    });

    it('has enough contrast of text in both schemes, and a skip link first', async () => {
      for (const colorScheme of ['light', 'dark'] as const)
        await opened('five', { colorScheme }, async (page) => {
          const faint = await page.evaluate(FAINT);
          expect(faint).toEqual([]);
          await page.keyboard.press('Tab');
          expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the verdict');
        });
    });

    /** Texts whose contrast to the paper behind them is below 4.5 (WCAG 2.2, 1.4.3). */
    const FAINT = `(() => {
      const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
      const luminance = ([r, g, b]) => [r, g, b]
        .map((each) => each / 255)
        .map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
        .reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0);
      const behind = (element) => {
        for (let each = element; each !== null; each = each.parentElement) {
          const [r, g, b, a = 1] = parse(getComputedStyle(each).backgroundColor);
          if (a > 0) return [r, g, b];
        }
        return [255, 255, 255];
      };
      const found = new Set();
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const element = node.parentElement;
        if (node.textContent.trim() === '' || element.closest('.unseen, .skip, style, title') !== null) continue;
        const style = getComputedStyle(element);
        const ink = parse(element instanceof SVGElement ? style.fill : style.color);
        const [high, low] = [luminance(ink), luminance(behind(element))].sort((a, b) => b - a);
        if ((high + 0.05) / (low + 0.05) < 4.5) found.add(element.className + ': ' + node.textContent.slice(0, 40));
      }
      return [...found];
    })()`;
  },
);
