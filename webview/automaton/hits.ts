import type { Layout } from './layout';

/** Nodes by squares of the plane, to find the one at a point. */
export interface HitGrid {
  readonly cell: number;
  readonly cells: ReadonlyMap<string, readonly number[]>;
}

export function hitGrid(nodes: Float32Array, cell = 120): HitGrid {
  const cells = new Map<string, number[]>();
  for (let n = 0; 2 * n < nodes.length; n++) {
    const key = `${Math.floor(nodes[2 * n] / cell)} ${Math.floor(nodes[2 * n + 1] / cell)}`, there = cells.get(key);
    if (there) there.push(n);
    else cells.set(key, [n]);
  }
  return { cell, cells };
}

/** The nearest node whose circle, widened by `slack`, holds the point; -1: none. World units; circles are no larger than a cell. O(nodes of nine cells). */
export function nodeAt({ cell, cells }: HitGrid, nodes: Float32Array, radius: Float32Array, x: number, y: number, slack: number): number {
  const reach = Math.ceil(Math.min(slack, 20 * cell) / cell), cx = Math.floor(x / cell), cy = Math.floor(y / cell);
  let best = -1, least = Infinity;
  for (let dx = -reach - 1; dx <= reach + 1; dx++) for (let dy = -reach - 1; dy <= reach + 1; dy++) for (const n of cells.get(`${cx + dx} ${cy + dy}`) ?? []) {
    const away = Math.hypot(nodes[2 * n] - x, nodes[2 * n + 1] - y) - radius[n];
    if (away <= slack && away < least) { least = away; best = n; }
  }
  return best;
}

/** The edge that passes nearest to a point, no further than `slack`; -1: none. O(points of all edges): for a pointer that rests. */
export function edgeAt({ edges, edgeStart }: Layout, x: number, y: number, slack: number): number {
  let best = -1, least = slack * slack;
  for (let e = 0; e + 1 < edgeStart.length; e++) {
    for (let p = edgeStart[e]; p + 1 < edgeStart[e + 1]; p++) {
      const ax = edges[2 * p], ay = edges[2 * p + 1], bx = edges[2 * p + 2], by = edges[2 * p + 3];
      if (Math.min(ax, bx) - slack > x || Math.max(ax, bx) + slack < x || Math.min(ay, by) - slack > y || Math.max(ay, by) + slack < y) continue;
      const length = (bx - ax) ** 2 + (by - ay) ** 2, t = length > 0 ? Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length)) : 0;
      const away = (ax + t * (bx - ax) - x) ** 2 + (ay + t * (by - ay) - y) ** 2;
      if (away < least) { least = away; best = e; }
    }
  }
  return best;
}

export type Direction = 'left' | 'right' | 'up' | 'down';
const units: Readonly<Record<Direction, readonly [number, number]>> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };

/**
 * Where an arrow key leads: the candidate that lies most that way (within 75 degrees) and near; -1: none. Candidates are nodes; the nearer by distance, with what
 * is off the direction counted double.
 */
export function towards(nodes: Float32Array, from: number, candidates: Iterable<number>, direction: Direction): number {
  const [ux, uy] = units[direction];
  let best = -1, least = Infinity;
  for (const n of candidates) {
    if (n === from) continue;
    const dx = nodes[2 * n] - nodes[2 * from], dy = nodes[2 * n + 1] - nodes[2 * from + 1], along = dx * ux + dy * uy, off = Math.abs(dx * uy) + Math.abs(dy * ux);
    if (along <= 0 || off > 3.7 * along) continue;
    const away = along + 2 * off;
    if (away < least) { least = away; best = n; }
  }
  return best;
}
