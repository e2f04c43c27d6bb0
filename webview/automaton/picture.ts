import type { Camera, Size } from './camera';
import { paint, type Style } from './painter';
import type { Scene } from './scene';

/** A frame that took longer, milliseconds, was too much work; one that took less leaves room for more. */
const SLOW = 22, FAST = 18;
/** Slices of drawing in one frame at most. */
const MOST_SLICES = 40;
/** Drawn beyond each edge of the view, as a share of it, so that panning does not show what is not there yet. */
const MARGIN = 0.2;

/** A drawn scene, and where it was looked at from. */
interface Drawn {
  readonly canvas: HTMLCanvasElement;
  readonly camera: Camera;
  readonly size: Size;
}

/**
 * The scene as a bitmap that follows the camera at once, moved and stretched, and is drawn anew in small slices: a frame costs the same for
 * ten states and for a hundred thousand.
 */
export class Picture {
  private front: Drawn | undefined;
  private whole: Drawn | undefined;
  private job: { readonly drawn: Drawn; readonly steps: Generator<undefined, void>; readonly whole: boolean } | undefined;
  private scene: Scene | undefined;
  private style: Style | undefined;
  private overview: Camera = { x: 0, y: 0, zoom: 1 };
  private spare: HTMLCanvasElement | undefined;

  /** What is drawn changed; `overview`: a camera that sees all of it. */
  change(scene: Scene, style: Style, overview: Camera): void {
    this.scene = scene;
    this.style = style;
    this.overview = overview;
    this.job = undefined;
    this.stale = true;
    this.whole = undefined;
  }

  private stale = true;

  /**
   * Works on the picture for that camera, and draws the best there is. True: it is as sharp as it gets. While one is `moving`, work waits as long as what there is fills the view.
   * `now`: time of the frame, milliseconds.
   */
  draw(context: CanvasRenderingContext2D, camera: Camera, size: Size, ratio: number, moving: boolean, now: number): boolean {
    this.adapt(now);
    const sharp = moving && this.front !== undefined && !this.stale && covers(this.front, camera, size) ? false : this.refine(camera, size, ratio, moving && this.whole ? 2 : this.slices);
    context.fillStyle = this.style?.background ?? '#000';
    context.fillRect(0, 0, size.width, size.height);
    const front = this.front;
    if (this.whole && (!front || !covers(front, camera, size))) blit(context, this.whole, camera, size);
    if (front) blit(context, front, camera, size);
    return sharp;
  }

  /** Browsers paint what was asked for after we return: how much it was shows in the time between frames alone. */
  private adapt(now: number): void {
    const passed = now - this.last;
    this.last = now;
    if (passed > SLOW && passed < 500) this.slices = Math.max(1, this.slices >> 1);
    else if (passed < FAST) this.slices = Math.min(MOST_SLICES, this.slices + 1);
  }

  private slices = 8;
  private last = 0;

  private refine(camera: Camera, size: Size, ratio: number, slices: number): boolean {
    const { scene, style } = this;
    if (!scene || !style || size.width < 1 || size.height < 1) return true;
    for (let slice = 0; slice < slices; slice++) {
      if (!this.job) {
        const current = this.front && !this.stale && same(this.front.camera, camera) && this.front.size.width === wide(size).width && this.front.size.height === wide(size).height;
        if (current && this.whole) return true;
        // First the view, then the overview that fills in where the view is moved beyond it.
        this.job = current ? this.start(scene, style, this.overview, size, 1, true) : this.start(scene, style, camera, wide(size), ratio, false);
      }
      if (!this.job.steps.next().done) continue;
      if (this.job.whole) this.whole = this.job.drawn;
      else { this.spare = this.front?.canvas; this.front = this.job.drawn; this.stale = false; }
      this.job = undefined;
    }
    return false;
  }

  private start(scene: Scene, style: Style, camera: Camera, size: Size, ratio: number, whole: boolean): NonNullable<Picture['job']> {
    const canvas = (!whole && this.spare) || document.createElement('canvas'), width = Math.ceil(size.width * ratio), height = Math.ceil(size.height * ratio);
    if (!whole) this.spare = undefined;
    if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
    const context = canvas.getContext('2d', { alpha: false })!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return { drawn: { canvas, camera, size }, steps: paint(context, scene, camera, size, style), whole };
  }
}

function wide({ width, height }: Size): Size {
  return { width: Math.round(width * (1 + 2 * MARGIN)), height: Math.round(height * (1 + 2 * MARGIN)) };
}

function same(a: Camera, b: Camera): boolean {
  return a.x === b.x && a.y === b.y && a.zoom === b.zoom;
}

function placeOf({ camera, size }: Drawn, now: Camera, view: Size): readonly [number, number, number, number] {
  const scale = now.zoom / camera.zoom, width = size.width * scale, height = size.height * scale;
  return [(camera.x - now.x) * now.zoom + view.width / 2 - width / 2, (camera.y - now.y) * now.zoom + view.height / 2 - height / 2, width, height];
}

function covers(drawn: Drawn, now: Camera, view: Size): boolean {
  const [x, y, width, height] = placeOf(drawn, now, view);
  return x <= 0 && y <= 0 && x + width >= view.width && y + height >= view.height;
}

function blit(context: CanvasRenderingContext2D, drawn: Drawn, now: Camera, view: Size): void {
  const [x, y, width, height] = placeOf(drawn, now, view), { canvas } = drawn;
  // Only what is in sight is copied.
  const left = Math.max(0, -x), top = Math.max(0, -y), right = Math.min(width, view.width - x), bottom = Math.min(height, view.height - y);
  if (right <= left || bottom <= top) return;
  const sx = canvas.width / width, sy = canvas.height / height;
  context.drawImage(canvas, left * sx, top * sy, (right - left) * sx, (bottom - top) * sy, x + left, y + top, right - left, bottom - top);
}
