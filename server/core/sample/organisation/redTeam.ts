import type { Draw } from '../draw';
import type { Organisation } from './people';
import { eventLine } from './sessions';

/** A step of the red team: what the logs show of it, and what its own list says. */
export interface RedStep {
  /** Second of the day. */
  readonly second: number;
  readonly account: string;
  readonly from: string;
  readonly to: string;
  /** The event behind its time. */
  readonly line: string;
}

/** Machines that were taken over first: the movement has several starts, so that no single host explains it. */
export const FOOTHOLDS = 5;

/**
 * Lateral movement over one day: from each foothold stolen accounts are tried on machines, most of which their owners never use; some of the machines become
 * starts in their turn, and some steps hide in what an owner does every day, but from another place. In order of time.
 */
export function lateralMovement(draw: Draw, { people, hosts, servers }: Organisation, steps: number): RedStep[] {
  const made: RedStep[] = [];
  for (let i = 0; i < FOOTHOLDS; i++) {
    const begins = draw.between(7 * 3600, 20 * 3600), length = draw.between(1800, 3 * 3600);
    const starts = [draw.pick(hosts)];
    const stolen = Array.from({ length: draw.between(2, 6) }, () => draw.pick(people));
    const own = Math.floor(steps / FOOTHOLDS) + (i < steps % FOOTHOLDS ? 1 : 0);
    for (let step = 0; step < own; step++) {
      const person = draw.pick(stolen);
      const from = draw.pick(starts);
      const hidden = draw.chance(0.3);
      const to = hidden ? draw.pick(person.servers) : draw.chance(0.4) ? draw.pick(hosts) : draw.pick(servers);
      const success = draw.chance(hidden ? 0.98 : 0.93);
      const type = draw.chance(hidden ? 0.1 : 0.4) ? 'NTLM' : 'Kerberos';
      if (success && draw.chance(0.15)) starts.push(to);
      made.push({ second: Math.min(86399, begins + Math.floor((step + draw.unit()) * length / own)), account: person.account, from, to, line: eventLine(person.account, person.account, from, to, type, 'Network', 'LogOn', success) });
    }
  }
  return made.sort((a, b) => a.second - b.second);
}
