import { strict as assert } from 'node:assert';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { connLog, office, scan } from '../support/logs';
import { Folders, namesBelow } from '../support/folder';
import { repositoryRoot } from '../support/shared';

interface Started { readonly base: string; stop(): Promise<void> }
interface Scripts {
  startServer(options: object): Promise<Started>;
  unpackInto(extensions: string): Promise<void>;
  ensureWorkbench(version: string): Promise<string>;
  ensureChromium(): Promise<string>;
  launchBrowser(executable: string): Promise<Browser>;
  newPage(browser: Browser): Promise<Page>;
  openWorkbench(page: Page, server: Started, options: object): Promise<void>;
  waitForWorkbench(page: Page): Promise<void>;
  runCommand(page: Page, title: string): Promise<void>;
  openFile(page: Page, name: string): Promise<void>;
  readonly newest: string;
}

async function scripts(): Promise<Scripts> {
  const names = ['server', 'unpack', 'install', 'chromium', 'workbench', 'places'];
  return Object.assign({}, ...await Promise.all(names.map((name) => import(pathToFileURL(path.join(repositoryRoot, `test/workbench/${name}.mjs`)).href)))) as Scripts;
}

/** A picture of what the test ends with, where ANOMALINE_PICTURES names a folder. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['ANOMALINE_PICTURES'];
  if (folder) await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

describe('a folder that is not trusted, in a window as a user has it', function () {
  this.timeout(240_000);
  const folders = new Folders();
  const logs = { 'conn.log': connLog([...office(200), ...scan(30, 90_000)]) };
  let tools: Scripts, server: Started | undefined, browser: Browser | undefined, page: Page, root: string;

  before(async function () {
    tools = await scripts();
    let workbench: string, chromium: string;
    try {
      [workbench, chromium] = [await tools.ensureWorkbench(tools.newest), await tools.ensureChromium()];
    } catch (error) {
      if (process.env['CI'] === 'true') throw error;
      console.log(`  skipped, there is no workbench: ${String(error)}`);
      return this.skip();
    }
    root = folders.make({ ...logs, 'anomaline.json': '{ "baseline": { "self": true } }', '.anomaline/models/theirs.safetensors': 'model' });
    server = await tools.startServer({ folder: workbench, prepare: tools.unpackInto, trust: true });
    browser = await tools.launchBrowser(chromium);
    page = await tools.newPage(browser);
    await tools.openWorkbench(page, server, { folder: root });
    await tools.waitForWorkbench(page);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    folders.remove();
  });
  const status = (text: string) => page.locator('.statusbar-item').filter({ hasText: text }).first().waitFor({ timeout: 60_000 });

  it('its logs are read, and the status says that it is not trusted', async () => {
    await tools.openFile(page, 'conn.log');
    await status('1 log, folder not trusted');
  });

  it('Investigate says so and leads to where it can be trusted; nothing is written', async () => {
    const before = namesBelow(root);
    await tools.runCommand(page, 'Anomaline: Investigate This Capture');
    const told = page.locator('.notification-toast').filter({ hasText: 'This folder is not trusted' });
    await told.waitFor();
    await picture(page, 'untrusted');
    assert.deepEqual(namesBelow(root), before);
    await told.getByText('Manage Workspace Trust').click();
    await page.locator('.workspace-trust-editor').waitFor();
  });

  it('once it is trusted, it is investigated without opening it again', async () => {
    await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).first().click();
    await status('not scored');
    await tools.runCommand(page, 'Anomaline: Investigate This Capture');
    await status('finding');
    assert.ok(namesBelow(root).some((name) => /^\.anomaline\/models\/.*\.safetensors$/.test(name) && !name.includes('theirs')));
  });
});
