import { type CsvMapping, MAPPED_FIELDS, mappingFault } from '../../server/core/formats/csvMapping';
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { columnRoles } from '../../server/lsp/columnRoles';
import { settingRules } from '../../server/lsp/settings';
import { DEFAULT_CLIENT_SETTINGS } from '../../server/protocol/settings';
import { repositoryRoot } from '../support/shared';

interface Setting { readonly type: string; readonly default: unknown; readonly minimum?: number; readonly maximum?: number; readonly scope?: string; readonly markdownDescription?: string }
interface Welcome { readonly view: string; readonly when?: string; readonly contents: string }
interface MenuItem { readonly command: string; readonly when?: string }

const read = (file: string) => fs.readFileSync(path.join(repositoryRoot, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: Readonly<Record<string, { readonly supported: boolean | string; readonly description?: string }>>;
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly keybindings: readonly MenuItem[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly viewsWelcome: readonly Welcome[];
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
    readonly languages: readonly { readonly id: string; readonly filenamePatterns: readonly string[]; readonly extensions?: readonly string[]; readonly firstLine: string; readonly configuration: string }[];
    readonly grammars: readonly { readonly path: string; readonly scopeName: string; readonly language: string }[];
    readonly jsonValidation: readonly { readonly url: string }[];
    readonly semanticTokenTypes: readonly { readonly id: string; readonly description: string }[];
    readonly semanticTokenScopes: readonly { readonly scopes: Readonly<Record<string, unknown>> }[];
    readonly walkthroughs: readonly { readonly steps: readonly { readonly description: string; readonly media: { readonly markdown: string }; readonly completionEvents: readonly string[] }[] }[];
  };
};
const { contributes } = manifest;
const commands = contributes.commands.map((one) => one.command);
const sources = fs.readdirSync(path.join(repositoryRoot, 'src')).filter((name) => name.endsWith('.ts')).map((name) => read(`src/${name}`)).join('\n');
/** Commands that texts with `command:` links name. */
const linked = (text: string) => [...text.matchAll(/\(command:([^)?]+)/g)].map(([, command]) => command);

describe('manifest: commands', () => {
  it('has those of the issue, once each', () => {
    for (const name of ['investigate', 'chooseBaseline', 'learn', 'score', 'nextFinding', 'previousFinding', 'showRootCause', 'clear', 'showLog', 'restartServer', 'openSample', 'openAutomaton', 'openRootCauses', 'openTimeline', 'openTraining', 'cancel', 'showState', 'importFlexfringe']) assert.ok(commands.includes(`anomaline.${name}`), name);
    assert.equal(new Set(commands).size, commands.length);
  });

  for (const { command, title, category } of contributes.commands) {
    it(`${command} has category, title, handler and one palette rule`, () => {
      assert.equal(category, 'Anomaline');
      assert.match(title, /^[A-Z]/);
      assert.equal([...sources.matchAll(new RegExp(`^\\s*'${command}':|\\{ '${command}':`, 'gm'))].length, 1, 'handlers in src');
      assert.equal(contributes.menus['commandPalette'].filter((item) => item.command === command).length, 1);
    });
  }

  it('src registers no command that the manifest lacks', () => {
    for (const [, command] of sources.matchAll(/(?:^\s*|\{ )'(anomaline\.[A-Za-z]+)': (?:\(|async)/gm)) assert.ok(commands.includes(command), command);
  });

  it('menus, keys and links name commands that exist', () => {
    const own = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map((item) => item.command);
    const steps = contributes.walkthroughs.flatMap(({ steps: all }) => all);
    const links = [...contributes.viewsWelcome.map((one) => one.contents), ...steps.map((one) => one.description)].flatMap(linked);
    const events = steps.flatMap((one) => one.completionEvents).flatMap((event) => /^onCommand:(.*)/.exec(event)?.[1] ?? []);
    for (const command of [...own, ...links, ...events]) assert.ok(commands.includes(command) || /^(vscode|workbench)\./.test(command), command);
  });

  it('commands that lists need for themselves are not in the palette', () => {
    for (const item of contributes.menus['commandPalette']) assert.equal(item.when === 'false', ['anomaline.openPlace', 'anomaline.showInAutomaton', 'anomaline.showMore'].includes(item.command), item.command);
  });
});

describe('manifest: settings', () => {
  const settings = contributes.configuration.properties;
  it('are those of the protocol', () => assert.deepEqual(Object.keys(settings).sort(), Object.keys(DEFAULT_CLIENT_SETTINGS).map((key) => `anomaline.${key}`).sort()));

  for (const [name, setting] of Object.entries(settings)) {
    it(`${name} has a description, a scope, the server's default and the server's limits`, () => {
      const key = name.replace('anomaline.', '') as keyof typeof settingRules, { accepts } = settingRules[key];
      assert.match(setting.markdownDescription ?? '', /^.{30,}\.$/s);
      assert.ok(['resource', 'machine'].includes(setting.scope ?? ''));
      assert.deepEqual(setting.default, DEFAULT_CLIENT_SETTINGS[key]);
      assert.ok(accepts(setting.default));
      if (setting.type === 'number' || setting.type === 'integer') {
        const { minimum = NaN, maximum = NaN } = setting;
        assert.deepEqual([minimum, maximum, minimum - 1, maximum + 1].map(accepts), [true, true, false, false]);
        assert.equal(accepts(minimum + 0.5), setting.type === 'number');
      }
    });
  }
});

describe('manifest: views and languages', () => {
  const phases = /'(\w+)'/g, phaseType = /export type Phase = (.*);/.exec(read('server/protocol/status.ts'))?.[1] ?? '';

  for (const { id, icon } of Object.values(contributes.views).flat()) {
    it(`${id} has an icon and a welcome that says what to do`, () => {
      assert.ok(fs.existsSync(path.join(repositoryRoot, icon)));
      assert.ok(contributes.viewsWelcome.some((one) => one.view === id && one.contents.includes('](command:')));
      assert.ok(sources.includes(`'${id}'`));
    });
  }

  it('Root Causes has a welcome for every phase', () => {
    for (const [, phase] of phaseType.matchAll(phases)) assert.ok(contributes.viewsWelcome.some((one) => one.when?.includes(`anomaline.phase == ${phase}`)), phase);
  });

  it('names no phase that does not exist', () => {
    const known = [...phaseType.matchAll(phases)].map(([, phase]) => phase);
    for (const [, phase] of JSON.stringify(contributes).matchAll(/anomaline\.phase == (\w+)/g)) assert.ok(known.includes(phase), phase);
  });

  it('takes logs by name or first line, and not every .log', () => {
    const [zeek, netflow] = contributes.languages;
    assert.deepEqual([zeek.id, netflow.id, zeek.extensions, netflow.extensions], ['zeek-log', 'netflow-log', undefined, ['.binetflow']]);
    assert.ok(!contributes.languages.some((one) => one.filenamePatterns.includes('*.log')));
    const first = (language: typeof zeek, line: string) => new RegExp(language.firstLine).test(line);
    assert.deepEqual([first(zeek, '#separator \\x09'), first(zeek, 'Nov 20 kernel: up'), first(netflow, 'StartTime,Dur,Proto,SrcAddr'), first(netflow, 'a,b')], [true, false, true, false]);
  });

  it('every file that it names is there and every JSON among them is valid', () => {
    const files = [...contributes.languages.map((one) => one.configuration), ...contributes.grammars.map((one) => one.path), ...contributes.jsonValidation.map((one) => one.url)];
    for (const file of files) assert.doesNotThrow(() => JSON.parse(read(file)) as unknown, file);
    for (const file of [manifest.icon, ...contributes.walkthroughs.flatMap(({ steps }) => steps.map((one) => one.media.markdown))]) assert.ok(fs.existsSync(path.join(repositoryRoot, file)), file);
    for (const { path: file, scopeName } of contributes.grammars) assert.equal((JSON.parse(read(file)) as { scopeName: string }).scopeName, scopeName);
  });

  it('declares the token types that the server sends', () => {
    assert.deepEqual(contributes.semanticTokenTypes.map((one) => one.id), columnRoles);
    for (const { scopes } of contributes.semanticTokenScopes) assert.deepEqual(Object.keys(scopes).sort(), [...columnRoles].sort());
  });

  it('the walkthrough has four steps', () => assert.deepEqual(contributes.walkthroughs.map(({ steps }) => steps.length), [4]));
});

describe('manifest: where it runs', () => {
  it('declares trust and virtual workspaces, and the reason where one is not supported', () => {
    for (const name of ['untrustedWorkspaces', 'virtualWorkspaces']) assert.ok(manifest.capabilities[name].supported === true || (manifest.capabilities[name].description ?? '').length > 30, name);
  });

  it('is started to restore each of its pages', () => {
    const types = [...read('server/protocol/webview/messages.ts').matchAll(/^export type PageName = (.*);/gm)].flatMap(([, union]) => [...union.matchAll(/'(\w+)'/g)].map(([, page]) => `onWebviewPanel:anomaline.${page}View`));
    assert.equal(types.length, 4);
    for (const event of types) assert.ok(manifest.activationEvents.includes(event), event);
  });

  it('is not started in every window', () => assert.ok(!manifest.activationEvents.some((event) => event === '*' || event === 'onStartupFinished')));

  it('anomaline.json\'s schema knows exactly the fields of a baseline', () => {
    const schema = JSON.parse(read('media/anomaline.schema.json')) as { properties: { baseline: { properties: object } } };
    const fields = [...read('server/protocol/baseline.ts').matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name);
    assert.deepEqual(Object.keys(schema.properties.baseline.properties).sort(), fields.sort());
  });

  it('anomaline.json\'s schema knows exactly the columns that a CSV log can name', () => {
    const schema = JSON.parse(read('media/anomaline.schema.json')) as { properties: { logs: { items: { properties: { columns: { properties: object } } & Record<string, unknown> } } } };
    const { columns, ...others } = schema.properties.logs.items.properties;
    assert.deepEqual(Object.keys(columns.properties).sort(), [...MAPPED_FIELDS].sort());
    const mapping = { files: 'x', format: 'csv', delimiter: ';', header: true, timeFormat: 'auto', missing: '-' };
    assert.deepEqual(Object.keys(others).sort(), Object.keys(mapping).sort());
    assert.equal(mappingFault({ ...mapping, columns: { user: 'a' } } as unknown as CsvMapping), undefined);
  });
});
