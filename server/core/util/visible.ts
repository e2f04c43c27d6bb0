/**
 * Characters that are not seen or that change how others are seen or read: controls (C0, C1, DEL), line and paragraph separators, format characters
 * (directions, zero width, soft hyphens, tags), fillers and variation selectors, halves of surrogate pairs, and the two that XML forbids.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufffe\uffff]/u;
const ALL_HIDDEN = new RegExp(HIDDEN, 'gu');
/** As `HIDDEN`, without the line ends and tabs of a text that we laid out. */
const ALL_HIDDEN_IN_LINES = /\r(?!\n)|(?![\t\r\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufffe\uffff]/gu;

const NAMED: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/**
 * A text from outside as it may be shown anywhere: what is not seen is written out, as `\x1b`, `\u202e` or `\u{e0041}`. Every text from a log, a name of a
 * file, a model or a setting goes through this, or through what calls it (docs/security.md), where it comes out. Linear.
 */
export function visible(text: string): string {
  return HIDDEN.test(text) ? text.replace(ALL_HIDDEN, written) : text;
}

/** As `visible` for a text of several lines that we laid out, in tabs or not: those stay. Values in it went through `visible` before. */
export function visibleLines(text: string): string {
  return text.replace(ALL_HIDDEN_IN_LINES, written);
}

function written(character: string): string {
  const code = character.codePointAt(0) as number;
  const hex = code.toString(16);
  return NAMED[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`);
}

/** As `visible`, for places where `[text](target)` becomes a link whatever the text is: notifications, SARIF messages. */
export function withoutLinks(text: string): string {
  return visible(text).replace(/\]\(/g, '] (');
}

/** The first `most` characters (code points, so that no pair is torn apart), with dots where any are left out. O(most). */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = 0;
  for (let n = 0; n < most && end < text.length; n++) end += (text.codePointAt(end) as number) > 0xffff ? 2 : 1;
  return end < text.length ? `${text.slice(0, end)} ...` : text;
}

/** A value as JSON in which nothing is hidden: what `visible` writes out is escaped (`\u001b`), so that any reader of JSON gets it back. */
export function jsonText(value: unknown, indent?: number | string): string {
  return JSON.stringify(value, null, indent).replace(ALL_HIDDEN_IN_LINES, (character) => Array.from({ length: character.length }, (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''));
}
