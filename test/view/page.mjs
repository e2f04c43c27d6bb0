// A page of `startView` in a headless Chromium, for tests and pictures.
import { chromium } from 'playwright-core';
import { bundle, ensureInstalled, root } from '../../build.mjs';
import { ensureChromium } from '../workbench/chromium.mjs';

/**
 * Builds, serves the pages and starts a browser.
 * `open(page, query, { width, height, scale })`: a page that has everything it asked for; `faults`: what went wrong in it (errors, requests that left the machine).
 */
export async function startPages() {
  ensureInstalled();
  await bundle({ quiet: true });
  const { default: { startView } } = await import('../../dist/tools/view.js');
  const view = await startView(root), browser = await chromium.launch({ executablePath: await ensureChromium(), args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb', '--hide-scrollbars=false'] });
  return {
    address: view.address,
    async open(name, query = {}, { width = 1400, height = 860, scale = 1 } = {}) {
      const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: scale });
      page.faults = [];
      page.on('pageerror', (error) => page.faults.push(String(error)));
      page.on('console', (message) => { if (message.type() === 'error') page.faults.push(message.text()); });
      page.on('request', (request) => { if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(view.address)) page.faults.push(`asked for ${request.url()}`); });
      await page.goto(`${view.address}/${name}?${new URLSearchParams(query)}`);
      return page;
    },
    async close() {
      await browser.close();
      await view.close();
    },
  };
}
