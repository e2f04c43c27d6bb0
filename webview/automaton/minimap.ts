import { boundsOf, type Camera, fit, sight, type Size, toScreen, toWorld } from './camera';
import type { Style } from './painter';
import type { Scene } from './scene';

const SIZE: Size = { width: 168, height: 112 };

/** The whole scene, small, with a frame around what is in sight. A click or drag moves the view. For the pointer only: keys have Fit, zoom and the table. */
export class Minimap {
  readonly canvas = document.createElement('canvas');
  private readonly dots = document.createElement('canvas');
  private camera: Camera = { x: 0, y: 0, zoom: 1 };

  constructor(moveTo: (x: number, y: number) => void) {
    this.canvas.className = 'minimap';
    this.canvas.setAttribute('aria-hidden', 'true');
    for (const canvas of [this.canvas, this.dots]) { canvas.width = SIZE.width * 2; canvas.height = SIZE.height * 2; }
    const move = (event: PointerEvent): void => moveTo(...toWorld(this.camera, SIZE, event.offsetX, event.offsetY));
    this.canvas.addEventListener('pointerdown', (event) => { this.canvas.setPointerCapture(event.pointerId); move(event); });
    this.canvas.addEventListener('pointermove', (event) => { if (this.canvas.hasPointerCapture(event.pointerId)) move(event); });
  }

  change(scene: Scene, style: Style): void {
    const { layout: { nodes }, palette, colour, ring } = scene, context = this.dots.getContext('2d')!;
    this.camera = fit(boundsOf(nodes), SIZE, 6, 1);
    context.setTransform(2, 0, 0, 2, 0, 0);
    context.fillStyle = style.background;
    context.fillRect(0, 0, SIZE.width, SIZE.height);
    for (let n = 0; 2 * n < nodes.length; n++) {
      const [x, y] = toScreen(this.camera, SIZE, nodes[2 * n], nodes[2 * n + 1]), size = ring[n] ? 4 : 2;
      context.fillStyle = ring[n] ? style.ring : palette[colour[n]];
      context.fillRect(x - size / 2, y - size / 2, size, size);
    }
  }

  draw(camera: Camera, size: Size, style: Style): void {
    const context = this.canvas.getContext('2d')!, { left, top, right, bottom } = sight(camera, size);
    const [x, y] = toScreen(this.camera, SIZE, left, top), [endX, endY] = toScreen(this.camera, SIZE, right, bottom);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.dots, 0, 0);
    context.setTransform(2, 0, 0, 2, 0, 0);
    context.strokeStyle = style.selection;
    context.lineWidth = 1.5;
    context.strokeRect(Math.max(1, x), Math.max(1, y), Math.min(SIZE.width - 1, endX) - Math.max(1, x), Math.min(SIZE.height - 1, endY) - Math.max(1, y));
  }
}
