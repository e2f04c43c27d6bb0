// The workbench in a headless browser: opening it, and driving it as a person does.
import path from 'node:path';
import { chromium } from 'playwright-core';

export const launchBrowser = (executablePath, more = {}) =>
  chromium.launch({ executablePath, headless: true, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'], ...more });

/** A page on which every request that leaves this machine is refused and remembered in `page.leaks`. */
export async function newPage(browser, { width = 1400, height = 900 } = {}) {
  const context = await browser.newContext({ viewport: { width, height } });
  const page = await context.newPage();
  page.leaks = [];
  await context.route((url) => !/^(127\.0\.0\.1|localhost)$/.test(url.hostname) && /^https?:$/.test(url.protocol), (route) => { page.leaks.push(route.request().url()); return route.abort(); });
  return page;
}

/**
 * Opens the workbench. The extension under development and the test entry point are written into the configuration that
 * the server puts into the page (`developmentOptions`, an embedder's API): released workbenches ignore the same keys in
 * the address unless the server runs with a switch that also hides notifications and refuses dialogs.
 */
export async function openWorkbench(page, server, { folder, extensionDevelopmentPath, extensionTestsPath, payload = [] } = {}) {
  const remote = (file) => ({ $mid: 1, scheme: 'vscode-remote', authority: `127.0.0.1:${server.port}`, path: file });
  // By an init script, not by page.route: a fulfilled document counts as a public page, whose sockets to 127.0.0.1 Chromium refuses.
  await page.addInitScript(({ extensions, tests }) => {
    const get = Element.prototype.getAttribute;
    Element.prototype.getAttribute = function (name) {
      const value = get.call(this, name);
      if (name !== 'data-settings' || this.id !== 'vscode-workbench-web-configuration' || !value) return value;
      const configuration = JSON.parse(value);
      configuration.developmentOptions = { ...configuration.developmentOptions, ...(extensions.length > 0 && { extensions }), ...(tests && { extensionTestsPath: tests }) };
      configuration.productConfiguration = { ...configuration.productConfiguration, enableTelemetry: false };
      return JSON.stringify(configuration);
    };
  }, { extensions: [extensionDevelopmentPath].flat().filter(Boolean).map(remote), tests: extensionTestsPath && remote(extensionTestsPath) });
  const options = [['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...payload];
  await page.goto(`${address(server, folder)}&payload=${encodeURIComponent(JSON.stringify(options))}`);
}

/** Where a browser finds the workbench with this folder open. */
export const address = (server, folder) => `${server.base}/?${folder ? `folder=${encodeURIComponent(folder).replaceAll('%2F', '/')}` : 'ew=true'}`;

export async function waitForWorkbench(page) {
  await page.locator('.monaco-workbench').waitFor({ timeout: 60000 });
  await page.locator('.part.statusbar .statusbar-item').first().waitFor({ timeout: 60000 });
}

async function pick(page, key, text, shown = text) {
  await page.keyboard.press(key);
  const input = page.locator('.quick-input-widget input.input');
  await input.waitFor();
  await input.fill(text);
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: shown }).first();
  await row.waitFor({ timeout: 20000 });
  await row.click();
}

/** Runs a command by its title in the palette, such as "Anomaline: Next Finding". */
export const runCommand = (page, title) => pick(page, 'F1', `>${title}`, title);

/** Opens a file of the folder by its name. */
export async function openFile(page, name) {
  await pick(page, 'Control+P', name, path.basename(name));
  await page.locator('.tab.active').filter({ hasText: path.basename(name) }).waitFor();
}

/** The document of the n-th webview: the outer frame is the workbench's shell, the inner one holds the extension's own page. */
export const webview = (page, n = 0) => page.locator('iframe.webview.ready').nth(n).contentFrame().frameLocator('iframe#active-frame');
