import { jsonText, visible } from '../../server/protocol/inert/texts';
import { cut } from '../ui/format';
import { boundsOf } from './camera';
import type { Style } from './painter';
import { type Scene, Shape } from './scene';
import { WIDTHS } from './scales';

type LabelOf = (state: number) => string | undefined;

const MARGIN = 60;

/** What is shown as an SVG file that needs nothing else; `title` and `caption` (what is hidden, what colours mean) are in it as text. */
export function toSvg(scene: Scene, style: Style, labelOf: LabelOf, title: string, caption: string): string {
  const { left, top, right, bottom } = boundsOf(scene.layout.nodes, undefined, MARGIN), { layout: { nodes, edges, edgeStart }, radius, states } = scene, number = (value: number): string => String(Math.round(10 * value) / 10);
  const lines: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${[left, top - 40, right - left, bottom - top + 40].map(number).join(' ')}" font-family="sans-serif" font-size="11" role="img">`,
    `<title>${xml(title)}</title>`, `<desc>${xml(caption)}</desc>`, `<rect x="${number(left)}" y="${number(top - 40)}" width="${number(right - left)}" height="${number(bottom - top + 40)}" fill="${style.background}"/>`,
    `<text x="${number(left + 10)}" y="${number(top - 18)}" fill="${style.text}" font-size="14">${xml(title)}. ${xml(caption)}</text>`,
    `<g fill="none" stroke="${style.edge}" stroke-opacity="0.5">`,
  ];
  for (let e = 0; e < scene.edges.length; e++) {
    const points: string[] = [];
    for (let p = edgeStart[e]; p < edgeStart[e + 1]; p++) points.push(`${number(edges[2 * p])} ${number(edges[2 * p + 1])}`);
    lines.push(`<path d="M${points.join('L')}" stroke-width="${WIDTHS[scene.width[e]]}"/>`);
  }
  lines.push('</g>');
  for (let n = 0; n < states.length; n++) {
    const x = nodes[2 * n], y = nodes[2 * n + 1], label = `${states[n]} ${labelOf(states[n]) ?? ''}`.trim();
    lines.push(`<g><title>${xml(label)}</title>${shape(scene, n, 0, `fill="${scene.palette[scene.colour[n]]}" stroke="${style.text}" stroke-width="0.5"`)}`);
    if (scene.ring[n]) lines.push(shape(scene, n, 5, `fill="none" stroke="${style.ring}" stroke-width="2.5"`));
    lines.push(`<text x="${number(x)}" y="${number(y + radius[n] + 15)}" text-anchor="middle" fill="${style.text}">${xml(cut(label, 30))}</text></g>`);
  }
  return [...lines, '</svg>', ''].join('\n');
}

function shape({ layout: { nodes }, radius, shape: shapes }: Scene, n: number, wider: number, look: string): string {
  const x = nodes[2 * n], y = nodes[2 * n + 1], r = radius[n] + wider, at = (value: number): string => value.toFixed(1);
  if (shapes[n] === Shape.square) return `<rect x="${at(x - 0.88 * r)}" y="${at(y - 0.88 * r)}" width="${at(1.76 * r)}" height="${at(1.76 * r)}" ${look}/>`;
  if (shapes[n] === Shape.diamond) return `<path d="M${at(x)} ${at(y - 1.25 * r)}L${at(x + 1.25 * r)} ${at(y)}L${at(x)} ${at(y + 1.25 * r)}L${at(x - 1.25 * r)} ${at(y)}Z" ${look}/>`;
  return `<circle cx="${at(x)}" cy="${at(y)}" r="${at(r)}" ${look}/>`;
}

/** What is shown as a Graphviz file. */
export function toDot(scene: Scene, labelOf: LabelOf, caption: string): string {
  const { graph: { states: { baseline, capture }, edges }, width } = scene;
  const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
  return [
    `// ${visible(caption.replace(/\s+/g, ' '))}`, 'digraph automaton {', '  rankdir=LR;', '  node [shape=circle];',
    ...Array.from(scene.states, (s, n) => `  ${s} [label=${quoted(`${s} ${visible(labelOf(s) ?? '')}\nbaseline ${baseline[s]}, capture ${capture[s]}`)}${scene.shape[n] === Shape.diamond ? ', shape=diamond' : scene.shape[n] === Shape.square ? ', shape=square' : ''}${scene.ring[n] ? ', peripheries=2' : ''}];`),
    ...Array.from(scene.edges, (e, i) => `  ${edges.from[e]} -> ${edges.to[e]} [label=${quoted(`${edges.baseline[e]} / ${edges.capture[e]}`)}, penwidth=${WIDTHS[width[i]]}];`),
    '}', '',
  ].join('\n');
}

/** What is shown as data: the same numbers that the page shows. */
export function toJson(scene: Scene, labelOf: LabelOf, title: string, caption: string): string {
  const { graph: { states, edges }, layout: { nodes } } = scene;
  return `${jsonText({
    title, about: caption,
    states: Array.from(scene.states, (s, n) => ({
      state: s, label: labelOf(s) ?? '', baseline: states.baseline[s], capture: states.capture[s], difference: states.difference[s], score: states.score[s], flagged: states.flagged[s], rootCauses: states.rootCauses[s], depth: states.depth[s], x: nodes[2 * n], y: nodes[2 * n + 1],
    })),
    transitions: Array.from(scene.edges, (e) => ({ from: edges.from[e], to: edges.to[e], baseline: edges.baseline[e], capture: edges.capture[e], symbols: edges.symbols[e] })),
  }, 2)}\n`;
}

function xml(text: string): string {
  return visible(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
