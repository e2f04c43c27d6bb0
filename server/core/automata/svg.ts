import { visible } from '../util/visible';
import type { Automaton } from './automaton';

/** Where a layout put the states and what it routed; lengths are pixels. */
export interface Placed {
  readonly width: number;
  readonly height: number;
  readonly states: readonly { readonly state: number; readonly x: number; readonly y: number; readonly width: number; readonly height: number }[];
  readonly edges: readonly { readonly text: string; readonly points: readonly { readonly x: number; readonly y: number }[] }[];
}

/** States and parallel transitions (one edge, one line a symbol) as a layout takes them. */
export interface Drawing {
  readonly states: readonly { readonly state: number; readonly lines: readonly string[] }[];
  readonly edges: readonly { readonly from: number; readonly to: number; readonly lines: readonly string[] }[];
}

/** Symbols written on an edge at most. */
const MOST_LINES = 6;

/** What is drawn of an automaton. O(transitions). */
export function drawingOf(automaton: Automaton): Drawing {
  const { arrays: a } = automaton;
  const states = Array.from(a.size, (size, state) => ({ state, lines: [`${state}${automaton.isCore(state) ? '' : ' (rare)'}`, `${size} traces, ${a.ended[state]} end`] }));
  const edges = new Map<string, { from: number; to: number; lines: string[] }>();
  for (let from = 0; from < automaton.stateCount; from++) {
    for (let e = a.entryStart[from]; e < a.entryStart[from + 1]; e++) {
      const to = a.entryTarget[e];
      if (to < 0) continue;
      const edge = edges.get(`${from} ${to}`) ?? { from, to, lines: [] };
      edge.lines.push(`${visible(automaton.label(e))} ${a.entryCount[e]}`);
      edges.set(`${from} ${to}`, edge);
    }
  }
  return { states, edges: [...edges.values()].map(({ from, to, lines }) => ({ from, to, lines: lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES - 1), `and ${lines.length - MOST_LINES + 1} more`] : lines })) };
}

/** A placed automaton as SVG. O(states and edges). */
export function toSvg(automaton: Automaton, placed: Placed): string {
  const out = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${placed.width} ${placed.height}" width="${placed.width}" height="${placed.height}" font-family="sans-serif" font-size="11">`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'];
  for (const { text, points } of placed.edges) {
    if (points.length < 2) continue;
    out.push(`<polyline fill="none" stroke="#555" marker-end="url(#arrow)" points="${points.map((p) => `${p.x},${p.y}`).join(' ')}"><title>${escaped(text)}</title></polyline>`);
    const middle = points[points.length >> 1];
    const before = points[(points.length >> 1) - 1];
    text.split('\n').forEach((line, i) => out.push(`<text x="${(middle.x + before.x) / 2 + 3}" y="${(middle.y + before.y) / 2 + 11 * i}" fill="#333">${escaped(line)}</text>`));
  }
  const lines = new Map(drawingOf(automaton).states.map((s) => [s.state, s.lines]));
  for (const { state, x, y, width, height } of placed.states) {
    out.push(`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="#fff" stroke="#000"${automaton.isCore(state) ? '' : ' stroke-dasharray="3 3"'}/>`);
    (lines.get(state) ?? []).forEach((line, i) => out.push(`<text x="${x + width / 2}" y="${y + 16 + 14 * i}" text-anchor="middle">${escaped(line)}</text>`));
  }
  return out.join('\n') + '\n</svg>\n';
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
