import { shortened, visible, withoutLinks } from '../server/protocol/inert/texts';

/** Characters of a label, and of a message or a tooltip, at most. */
const MAX_LABEL = 200, MAX_TEXT = 2000;

/** A text of a notification: nothing is hidden in it, and it makes no link (`[text](target)` is one there, to commands too). */
export function messageText(text: string): string {
  return withoutLinks(shortened(text, MAX_TEXT));
}

/** A label or a description of a tree, a list to pick from or the status bar: nothing is hidden in it, and it makes no picture (`$(name)` is one there). */
export function labelText(text: string): string {
  return visible(shortened(text, MAX_LABEL)).replace(/\$\(/g, '\\$(');
}

/** A tooltip in plain text; its line ends are ours, texts in it went through `visible`. */
export function tooltipText(lines: readonly string[]): string {
  return lines.map((line) => visible(shortened(line, MAX_TEXT))).join('\n');
}

/** A name to propose for a file, made of any text: without folders, and nothing is hidden in it. */
export function fileName(text: string): string {
  const name = text.replace(/[/\\:*?"<>|]/g, '-').replace(/./gsu, (c) => (visible(c) === c ? c : '-')).replace(/^[.\s-]+|[.\s]+$/g, '');
  const kept = [...name];
  const extension = /\.[a-z0-9]{1,12}$/i.exec(name)?.[0] ?? '';
  return kept.length === 0 ? 'anomaline' : kept.length <= 100 ? name : kept.slice(0, 100 - extension.length).join('') + extension;
}
