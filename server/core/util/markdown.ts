import { shortened, visible, visibleLines } from './visible';

/** Characters of a value, and of a path or a sentence in a report, at most; the whole of it stands in the log. */
const MAX_VALUE = 200, MAX_TEXT = 1000;

/**
 * A text from outside as literal Markdown, on one line: every character that Markdown or HTML could take for its own has a backslash, so that it makes
 * no link (bare addresses included), picture, table, code or HTML.
 */
export function literal(text: string, most = MAX_VALUE): string {
  return visible(shortened(text, most)).replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** As `literal` for a file that people also read as it is: only what could become markup has a backslash, and line ends are spaces. For a cell, a heading or an item of a list. */
export function reportText(text: string, most = MAX_TEXT): string {
  return visible(shortened(text, most).replace(/[ \t\r\n]+/g, ' ')).replace(/[\\|*_`<>#[\]&~$@]|:(?=\/\/)|\/(?=\/)|(?<=\/)\/|(?<=www)\.|^[-+](?=\s|$)|^[-=](?=[-=]*\s*$)|(?<=^\d+)[.)](?=\s|$)/gi, '\\$&');
}

/**
 * Markdown that holds no link, picture, HTML or entity of its own, made sure of: what could still become one gets a backslash. For the last place before
 * Markdown is shown, where texts from outside should be literal already. Linear.
 */
export function withoutMarkup(markdown: string): string {
  return visibleLines(markdown.replace(/\r\n/g, '\n').replace(/\t/g, ' ')).replace(/\\[!-/:-@[-`{-~]|[<>[\]&@]|:(?=\/\/)|(?<=www)\./gi, (found) => (found.length === 2 ? found : `\\${found}`));
}
