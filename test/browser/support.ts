import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import type { PageName, ToHost, ToPage } from '../../server/protocol/webview/messages';
import { repositoryRoot } from '../support/shared';

/** A page of the harness (test/view) in a browser; `faults`: errors in it, violations of its policy, requests that left the machine. */
export type ViewPage = Page & { faults: string[] };
export type Query = Readonly<Record<string, string | number>>;
export interface Size { readonly width?: number; readonly height?: number; readonly scale?: number }
interface Pages { readonly address: string; open(page: PageName, query?: Query, size?: Size): Promise<ViewPage>; close(): Promise<void> }
interface Window { readonly viewHost: { readonly told: readonly ToHost[]; send(message: ToPage): void; theme(name: string): void; frames(work: () => unknown): Promise<number[]> } }

/** Starts a browser for the tests of a suite, and skips them with the reason where there is none. Pages end with their test; faults that it did not expect fail it. */
export function usePages(): Pick<Pages, 'open'> {
  let pages: Pages | undefined;
  const open: ViewPage[] = [];
  before(async function () {
    this.timeout(120_000);
    const { startPages } = (await import(pathToFileURL(path.join(repositoryRoot, 'test/view/page.mjs')).href)) as { startPages(): Promise<Pages> };
    try {
      pages = await startPages();
    } catch (error) {
      if (process.env['CI'] === 'true') throw error;
      console.log(`  no browser can be had here: ${String(error)}`);
      this.skip();
    }
  });
  afterEach(async () => {
    const faults = open.flatMap((page) => page.faults);
    for (const page of open.splice(0)) await page.close();
    assert.deepEqual(faults, []);
  });
  after(() => pages?.close());
  return {
    async open(name, query, size) {
      assert.ok(pages);
      const page = await pages.open(name, query, size);
      open.push(page);
      page.setDefaultTimeout(15_000);
      return page;
    },
  };
}

/** Messages of a kind that the page told the extension so far; of pictures the first bytes. */
export async function told<K extends ToHost['kind']>(page: Page, kind: K): Promise<Extract<ToHost, { kind: K }>[]> {
  return page.evaluate((wanted) => (globalThis as unknown as Window).viewHost.told.filter((message) => message.kind === wanted).map((message) => {
    if (message.kind !== 'export') return message;
    const { name, content } = message.file;
    return { ...message, file: { name, content: typeof content === 'string' ? content : name.endsWith('.png') ? Array.from(content.subarray(0, 8)) : new TextDecoder().decode(content) } };
  }) as never, kind);
}

/** Waits for a message of the page that fits. */
export async function tells<K extends ToHost['kind']>(page: Page, kind: K, fits: (message: Extract<ToHost, { kind: K }>) => boolean = () => true): Promise<Extract<ToHost, { kind: K }>> {
  for (const end = Date.now() + 15_000; ; await page.waitForTimeout(50)) {
    const found = (await told(page, kind)).find(fits);
    if (found) return found;
    if (Date.now() > end) throw new Error(`the page did not tell ${kind}; it told ${JSON.stringify(await told(page, kind)).slice(0, 500)}`);
  }
}

export const send = (page: Page, message: ToPage): Promise<void> => page.evaluate((one) => (globalThis as unknown as Window).viewHost.send(one), message);

/** Waits until `get` gives what is wanted. */
export async function becomes<T>(page: Page, what: string, get: () => Promise<T>, fits: (value: T) => boolean): Promise<T> {
  for (const end = Date.now() + 15_000; ; await page.waitForTimeout(50)) {
    const value = await get();
    if (fits(value)) return value;
    if (Date.now() > end) throw new Error(`${what}: it is ${JSON.stringify(value)}`);
  }
}

export const sentence = (page: Page): Promise<string> => page.locator('[data-hook=sentence]').innerText();
/** The automaton's picture is laid out and drawn sharp. */
export async function drawn(page: Page): Promise<void> {
  await page.locator('canvas.graph[data-sharp=true]').waitFor();
  await becomes(page, 'the layout', () => page.locator('.progress').isHidden(), (hidden) => hidden);
}
export const panel = (page: Page) => page.locator('.panel[data-state]');
