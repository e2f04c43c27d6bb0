import * as assert from 'node:assert/strict';

/** Texts that a log, the name of a file, a model or a setting could hold to harm who looks at them. */
export const HOSTILE: readonly string[] = [
  '\x1b[2J\x1b]0;PWNED\x07', '\x9b31m', '\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\', 'a\x00b', '\x7f\x08\x08', 'a\r\nfake: line', 'one\ttwo',
  'exe\u202egpj.\u202c', '\u2066a\u2069\u200e\u200f\u061c', 'a\u200bb\u200c\u200d\ufeff\u00ad\u2060\u2064', 'tag\u{e0041}\u{e007f}', 'v\ufe0f\u{e0100}', 'line\u2028sep\u2029end', 'half\ud83d', '\udc00half', '\u3164\uffa0\u180e',
  '=cmd|\' /C calc\'!A0', '+1+1', '-1+1', '@SUM(A1)', '\t=1', ' =1', '"=1', '\'=1', '\uff1d1', 'a;=1+1', '\r=1',
  '![x](http://evil.example/x.png)', '[click](http://evil.example)', '[click](command:workbench.action.quit)', '<img src=x onerror=alert(1)>', '<a href="command:x">y</a>', '```\n<b>', '`code`', '| a | b |', '**bold**', '# head', '\n# head',
  'http://evil.example/a', 'https://evil.example', 'www.evil.example', 'mail@evil.example', 'mailto:mail@evil.example', '<http://evil.example>', 'command:workbench.action.quit', 'file:///etc/passwd', '&lt;b&gt;&#x202e;', '[x]: http://evil.example', '$(error) $(sync~spin)', '\\[x](http://evil.example)', '~~x~~', '- item', '1. item', '1) item', '---',
  'x'.repeat(198) + '\u{1f600}'.repeat(10), '"; DROP', '</title><script>alert(1)</script>', ']]>', '\ufffe\uffff',
];

/** All that is not seen, or changes how others are seen; written anew here, so that a hole in the product's own list shows. */
function isHidden(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || [0xad, 0x61c, 0x180e, 0x3164, 0xffa0, 0xfeff, 0x2028, 0x2029, 0x034f, 0xfffe, 0xffff].includes(code) || (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f)
    || (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0000 && code <= 0xe0fff) || (code >= 0xd800 && code <= 0xdfff);
}

/** Nothing in the text is hidden but what is `allowed` there. */
export function nothingHidden(text: string, where: string, allowed = ''): void {
  for (const character of text) if (isHidden(character.codePointAt(0) as number) && !allowed.includes(character)) assert.fail(`${where} holds U+${(character.codePointAt(0) as number).toString(16)}: ${JSON.stringify(text.slice(0, 300))}`);
}

/** Nothing in Markdown can become a link, a picture, code or HTML. */
export function noMarkup(markdown: string, where: string): void {
  nothingHidden(markdown, where, '\n');
  const left = markdown.replace(/\\[!-/:-@[-`{-~]/g, ' ');
  assert.doesNotMatch(left, /[<>[\]`&@]|:\/\/|www\.|!\[/i, `${where}: ${markdown.slice(0, 400)}`);
}

/** No cell of the CSV is run by a spreadsheet. */
export function noFormula(csv: string, where: string): void {
  nothingHidden(csv, where, '\r\n');
  for (const line of csv.split('\r\n')) {
    for (const [, cell = ''] of line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)) {
      const text = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
      if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text)) assert.doesNotMatch(text, /(^|;)[\s"']*(?<!')[=+\-@\uff1d\uff0b\uff0d\uff20]/, `${where}: ${line}`);
    }
  }
}
