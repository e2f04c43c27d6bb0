import { literal } from '../core/util/markdown';
import type { EvidencePart, LineDetail } from '../engine/api';
import { commandLink, type LinkedCommand } from './links';

export { literal };

export interface HoverContext {
  readonly uri: string;
  readonly line: number;
  /** Column of the field under the pointer, which is set in bold. */
  readonly character?: number;
  readonly commandLinks: boolean;
}

/** Everything known about a line as Markdown: score, parts that add up to it, symbol, what was expected instead, fields. */
export function lineMarkdown(detail: LineDetail, at: HoverContext): string {
  return [heading(detail), seen(detail), evidence(detail.evidence, detail.raw), expected(detail), links(detail, at), fields(detail, at.character)].filter((part) => part !== '').join('\n\n');
}

function heading({ score, band, entity, state, reason }: LineDetail): string {
  const of = entity === undefined ? '' : ` · ${literal(entity)}`;
  const where = state === undefined ? '' : ` · state ${state}`;
  if (score === undefined) return `**Not scored**${of}${reason === undefined ? '' : `: ${literal(reason)}`}`;
  return `**Score ${score.toFixed(1)} of 100**${band === undefined ? ', not flagged' : `, ${band}`}${of}${where}`;
}

function seen({ symbol, state }: LineDetail): string {
  // Without an automaton nothing else goes by the symbol's number.
  return symbol ? `${state === undefined ? 'Event' : `Symbol ${symbol.number}`}: ${literal(symbol.words)}` : '';
}

function evidence(parts: readonly EvidencePart[], raw: number | undefined): string {
  if (parts.length === 0) return '';
  const rows = parts.map(({ name, value, text }) => `| ${literal(name)} | ${value.toFixed(3)} | ${literal(text)} |`);
  const sum = raw === undefined ? [] : [`| **raw score** | **${raw.toFixed(3)}** | sum, in nats |`];
  return ['| part | value | why |', '| :-- | --: | :-- |', ...rows, ...sum].join('\n');
}

function expected({ symbol, expected: usual }: LineDetail): string {
  if (usual.length === 0) return '';
  const rows = usual.map(({ words, share }) => `| ${(share * 100).toFixed(1)} % | ${literal(words)} |`);
  const own = symbol && !usual.some(({ words }) => words === symbol.words) ? [`| *seen* | ${literal(symbol.words)} |`] : [];
  return ['| expected here | |', '| --: | :-- |', ...rows, ...own].join('\n');
}

function links({ group, state }: LineDetail, { uri, line, commandLinks }: HoverContext): string {
  if (!commandLinks) return '';
  const link = (title: string, command: LinkedCommand): string => `[${title}](${commandLink(command, { uri, line })})`;
  return [
    ...(group === undefined ? [] : [link('Show Root Cause', 'anomaline.showRootCause')]),
    ...(state === undefined ? [] : [link('Show State', 'anomaline.openAutomaton')]),
    ...(group === undefined ? [] : [link('Next Finding', 'anomaline.nextFinding')]),
  ].join(' · ');
}

function fields({ fields: all }: LineDetail, character = -1): string {
  if (all.length === 0) return '';
  const rows = all.map(({ name, text, startCharacter, endCharacter }) => {
    const mark = character >= startCharacter && character < endCharacter ? '**' : '';
    return `| ${mark}${literal(name)}${mark} | ${literal(text)} |`;
  });
  return ['| field | value |', '| :-- | :-- |', ...rows].join('\n');
}
