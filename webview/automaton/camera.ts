/** Where one looks: the world point in the middle of the view, and screen pixels per world unit. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Size { readonly width: number; readonly height: number }
/** World coordinates. */
export interface Bounds { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }

export const LEAST_ZOOM = 0.005, MOST_ZOOM = 4;

export function toScreen({ x, y, zoom }: Camera, { width, height }: Size, worldX: number, worldY: number): [number, number] {
  return [(worldX - x) * zoom + width / 2, (worldY - y) * zoom + height / 2];
}

export function toWorld({ x, y, zoom }: Camera, { width, height }: Size, screenX: number, screenY: number): [number, number] {
  return [(screenX - width / 2) / zoom + x, (screenY - height / 2) / zoom + y];
}

/** Zooms so that what is at a screen point stays there. */
export function zoomAt(camera: Camera, size: Size, factor: number, screenX = size.width / 2, screenY = size.height / 2): Camera {
  const zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, camera.zoom * factor)), [x, y] = toWorld(camera, size, screenX, screenY);
  return { zoom, x: x - (screenX - size.width / 2) / zoom, y: y - (screenY - size.height / 2) / zoom };
}

export function pan(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x - dx / camera.zoom, y: camera.y - dy / camera.zoom };
}

/** All of it in sight, `margin` pixels away from the edges, no larger than `most`. */
export function fit({ left, top, right, bottom }: Bounds, { width, height }: Size, margin = 40, most = 1.25): Camera {
  const zoom = Math.min((width - 2 * margin) / Math.max(1, right - left), (height - 2 * margin) / Math.max(1, bottom - top), most);
  return { x: (left + right) / 2, y: (top + bottom) / 2, zoom: Math.max(LEAST_ZOOM, zoom) };
}

/** Bounds of nodes (all, or those at `only`), with room for their labels; an empty set is a point. O(nodes). */
export function boundsOf(nodes: Float32Array, only?: readonly number[], room = 40): Bounds {
  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  for (let i = 0; i < (only ? only.length : nodes.length / 2); i++) {
    const n = only ? only[i] : i, x = nodes[2 * n], y = nodes[2 * n + 1];
    left = Math.min(left, x); right = Math.max(right, x);
    top = Math.min(top, y); bottom = Math.max(bottom, y);
  }
  return left > right ? { left: -room, top: -room, right: room, bottom: room } : { left: left - room, top: top - room, right: right + room, bottom: bottom + room };
}

export function inSight({ left, top, right, bottom }: Bounds, x: number, y: number): boolean {
  return x >= left && x <= right && y >= top && y <= bottom;
}

export function sight(camera: Camera, size: Size): Bounds {
  const [left, top] = toWorld(camera, size, 0, 0), [right, bottom] = toWorld(camera, size, size.width, size.height);
  return { left, top, right, bottom };
}
