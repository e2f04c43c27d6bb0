import { visible } from '../util/visible';
import { StateFlag } from './automaton';
import type { Automaton } from './automaton';

/** The automaton in Graphviz DOT (specs, state machine, section 8): parallel transitions are one edge with several lines; candidates are dotted. */
export function toDot(automaton: Automaton): string {
  const { arrays: a } = automaton;
  const lines = ['digraph DFA {', '  I [label="root" shape=box];', '  I -> 0;'];
  for (let q = 0; q < automaton.stateCount; q++) {
    const mean = automaton.mean(q);
    const style = (a.flags[q] & StateFlag.candidate) !== 0 ? ', style=dotted' : '';
    lines.push(`  ${q} [label="${q} #${a.size[q]}\\npath: ${a.passed[q]} fin: ${a.ended[q]}${mean === undefined ? '' : `\\nmean ${Number(mean.toPrecision(6))}`}"${style}];`);
    const byTarget = new Map<number, string[]>();
    for (let e = a.entryStart[q]; e < a.entryStart[q + 1]; e++) {
      const target = a.entryTarget[e];
      if (target < 0) continue;
      const texts = byTarget.get(target) ?? [];
      texts.push(`${escape(automaton.label(e))} ${a.entryCount[e]}`);
      byTarget.set(target, texts);
    }
    for (const [target, texts] of byTarget) lines.push(`  ${q} -> ${target} [label="${texts.join('\\n')}"];`);
  }
  return lines.join('\n') + '\n}\n';
}

function escape(text: string): string {
  return visible(text).replace(/["\\]/g, '\\$&');
}
