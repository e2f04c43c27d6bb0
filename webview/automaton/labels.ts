import { cut } from '../ui/format';
import { type Camera, type Size, toScreen } from './camera';
import type { Scene } from './scene';

export interface PlacedLabel {
  readonly node: number;
  readonly text: string;
  /** Screen coordinates of the middle of its top. */
  readonly x: number;
  readonly y: number;
}

const LENGTH = 30, HEIGHT = 15, MOST = 120;

/**
 * Names for the nodes in sight, as on a map: of constant size on the screen, the important ones first, none over another. `first`: nodes that come before all others.
 * `width`: of a text in pixels. O(nodes) and a few hundred boxes.
 */
export function placeLabels({ layout: { nodes }, radius, priority, states }: Scene, camera: Camera, size: Size, first: readonly number[], labelOf: (state: number) => string | undefined, width: (text: string) => number): PlacedLabel[] {
  const placed: PlacedLabel[] = [], boxes: { readonly left: number; readonly right: number; readonly top: number }[] = [], done = new Set<number>();
  const place = (node: number): void => {
    if (done.has(node)) return;
    done.add(node);
    const [x, middle] = toScreen(camera, size, nodes[2 * node], nodes[2 * node + 1]), y = middle + (radius[node] + 6) * camera.zoom + 2;
    if (x < -40 || x > size.width + 40 || y < -HEIGHT || y > size.height) return;
    const label = labelOf(states[node]);
    if (label === undefined) return;
    const text = cut(`${states[node]} ${label}`, LENGTH), half = width(text) / 2 + 5, left = x - half, right = x + half;
    for (const box of boxes) if (left < box.right && right > box.left && Math.abs(box.top - y) < HEIGHT) return;
    boxes.push({ left, right, top: y });
    placed.push({ node, text, x, y });
  };
  for (const node of first) place(node);
  // Far out, a name for each of the few that matter; near, for all that have room.
  const most = Math.min(MOST, first.length + (camera.zoom < 0.2 ? 16 : camera.zoom < 0.6 ? 26 : MOST));
  for (const node of priority) { if (placed.length >= most) break; place(node); }
  return placed;
}
