import { css } from '../ui/colours';
import { drawText, drawTextOutline, el } from '../ui/dom';
import type { Theme } from '../ui/theme';
import { boundsOf, type Camera, fit, inSight, pan, sight, type Size, toScreen, toWorld, zoomAt } from './camera';
import { type Direction, edgeAt, type HitGrid, hitGrid, nodeAt, towards } from './hits';
import { placeLabels } from './labels';
import { Minimap } from './minimap';
import { arrowHead, outline, type Style, toWorldUnits, trace } from './painter';
import { Picture } from './picture';
import type { Scene } from './scene';

/** What the graph tells the page. States and edges are those of the automaton. */
export interface GraphEvents {
  selected(state: number | undefined): void;
  opened(state: number): void;
  /** The pointer rests on something; undefined: on nothing. Client coordinates. */
  hovered(on: { readonly state: number } | { readonly edge: number } | undefined, x: number, y: number): void;
  key(event: KeyboardEvent): boolean;
  moved(camera: Camera): void;
}

/** Milliseconds: the pointer rests, the view rests, a glide takes. */
const REST = 60, STILL = 120, SLACK = 6, MOST_HIGHLIGHTED = 1500, GLIDE = 180;
const arrows: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

/** The drawn automaton: a canvas that is panned, zoomed and walked through by keys. It draws when something changed, never otherwise. */
export class GraphView {
  readonly canvas = el('canvas', { class: 'graph', tabindex: 0, role: 'application', 'aria-roledescription': 'graph' });
  readonly minimap = new Minimap((x, y) => this.look({ ...this.camera, x, y }));
  camera: Camera = { x: 0, y: 0, zoom: 1 };
  private scene: Scene | undefined;
  private grid: HitGrid = hitGrid(new Float32Array());
  private readonly picture = new Picture();
  private size: Size = { width: 0, height: 0 };
  private selectedState: number | undefined;
  private highlighted: readonly number[] = [];
  private hoveredNode = -1;
  private frame = 0;
  private glide: { readonly from: Camera; readonly to: Camera; readonly start: number } | undefined;
  private readonly widths = new Map<string, number>();
  /** The camera that saw everything: while nobody moves it, everything stays in sight as the view changes its size. */
  private fitted: Camera | undefined;
  /** Where one looked from at the last frame, and when that changed. */
  private seen: Camera = this.camera;
  private moved = 0;
  private rest: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly theme: Theme, private readonly labelOf: (state: number) => string | undefined, private readonly events: GraphEvents) {
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    theme.onChange(() => this.widths.clear());
    this.listen();
  }

  /** Shows a scene: all of it, from where one looks now, or so that the state `anchor` stays where it is on the screen. */
  show(scene: Scene, from: 'fit' | 'keep' | { readonly anchor: number }): void {
    const before = this.scene, old = typeof from === 'object' ? before?.nodeOf.get(from.anchor) : undefined, now = typeof from === 'object' ? scene.nodeOf.get(from.anchor) : undefined;
    this.scene = scene;
    this.grid = hitGrid(scene.layout.nodes);
    this.hoveredNode = -1;
    const all = fit(boundsOf(scene.layout.nodes), this.size.width > 0 ? this.size : { width: 800, height: 600 });
    this.picture.change(scene, this.style(), all);
    this.minimap.change(scene, this.style());
    if (from === 'fit') { this.glide = undefined; this.camera = this.fitted = all; }
    else if (before && old !== undefined && now !== undefined) {
      this.glide = undefined;
      const { nodes } = scene.layout, was = before.layout.nodes;
      this.camera = { ...this.camera, x: this.camera.x + nodes[2 * now] - was[2 * old], y: this.camera.y + nodes[2 * now + 1] - was[2 * old + 1] };
    }
    this.draw();
  }

  /** Draws at the next frame. */
  draw(): void {
    this.frame ||= requestAnimationFrame((now) => { this.frame = 0; this.render(now); });
  }

  get selected(): number | undefined {
    return this.selectedState;
  }

  /** Marks a state; `reveal`: moves there when it is out of sight. Tells nobody. */
  select(state: number | undefined, reveal: boolean): void {
    this.selectedState = state;
    const node = state === undefined ? undefined : this.scene?.nodeOf.get(state);
    if (reveal && node !== undefined && this.scene && this.size.width > 0) {
      const { nodes } = this.scene.layout, [x, y] = toScreen(this.camera, this.size, nodes[2 * node], nodes[2 * node + 1]), margin = 60;
      if (x < margin || y < margin || x > this.size.width - margin || y > this.size.height - margin || this.camera.zoom < 0.12) this.look({ x: nodes[2 * node], y: nodes[2 * node + 1], zoom: Math.max(this.camera.zoom, 0.5) });
    }
    this.draw();
  }

  /** Edges of the automaton that are drawn on top, thick: the step of a replay. */
  highlight(edges: readonly number[]): void {
    this.highlighted = edges;
    this.draw();
  }

  fit(): void {
    if (this.scene) this.look(this.fitted = fit(boundsOf(this.scene.layout.nodes), this.size));
  }

  zoom(factor: number): void {
    this.look(zoomAt(this.camera, this.size, factor));
  }

  /** The selected state with its neighbours. */
  zoomToSelection(): void {
    const { scene, selectedState } = this, node = selectedState === undefined ? undefined : scene?.nodeOf.get(selectedState);
    if (!scene || node === undefined) return;
    const near = [node];
    for (let e = 0; e < scene.edges.length; e++) if (scene.from[e] === node || scene.to[e] === node) near.push(scene.from[e], scene.to[e]);
    this.look(fit(boundsOf(scene.layout.nodes, near), this.size));
  }

  look(to: Camera): void {
    if (this.theme.reducedMotion) this.camera = to;
    else this.glide = { from: this.camera, to, start: performance.now() };
    this.draw();
  }

  style(): Style {
    const { theme } = this;
    return {
      background: css(theme.colour('editor-background')), edge: css(theme.highContrast ? theme.colour('foreground') : theme.colour('descriptionForeground', 'foreground')), outline: css(theme.colour('contrastBorder', 'foreground')),
      ring: css(theme.colour('editorError-foreground', 'errorForeground')), text: css(theme.colour('foreground')), highlight: css(theme.colour('textLink-foreground', 'focusBorder')), selection: css(theme.colour('focusBorder')), font: theme.font, highContrast: theme.highContrast,
    };
  }

  /** Redraws in the colours of now. */
  restyle(): void {
    if (this.scene) this.show(this.scene, 'keep');
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas, ratio = devicePixelRatio, first = this.size.width === 0;
    if (width === 0 || height === 0) return;
    this.size = { width, height };
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    if (this.scene && (first || this.camera === this.fitted)) this.show(this.scene, 'fit');
    this.render(performance.now());
  }

  private render(now: number): void {
    const context = this.canvas.getContext('2d', { alpha: false });
    if (!context || this.size.width === 0) return;
    if (this.glide) {
      const { from, to, start } = this.glide, share = Math.min(1, Math.max(0, (now - start) / GLIDE)), eased = 1 - (1 - share) ** 3;
      this.camera = share === 1 ? to : { x: from.x + (to.x - from.x) * eased, y: from.y + (to.y - from.y) * eased, zoom: from.zoom * (to.zoom / from.zoom) ** eased };
      if (share === 1) { this.glide = undefined; this.events.moved(this.camera); }
    }
    const ratio = this.canvas.width / this.size.width, style = this.style();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { x, y, zoom } = this.camera, { seen } = this;
    if (x !== seen.x || y !== seen.y || zoom !== seen.zoom) { this.seen = this.camera; this.moved = now; }
    const sharp = this.picture.draw(context, this.camera, this.size, ratio, now - this.moved < STILL, now);
    if (this.scene) this.drawOnTop(context, this.scene, style);
    this.minimap.draw(this.camera, this.size, style);
    this.canvas.dataset['sharp'] = String(sharp);
    if (this.glide || !sharp) this.draw();
  }

  /** What changes with the pointer and the selection: edges of the selected state, the replayed step, frames around nodes, names. */
  private drawOnTop(context: CanvasRenderingContext2D, scene: Scene, style: Style): void {
    const { selectedState, hoveredNode, camera, size } = this, selected = selectedState === undefined ? -1 : scene.nodeOf.get(selectedState) ?? -1, bounds = sight(camera, size), { zoom } = camera;
    context.save();
    toWorldUnits(context, camera, size);
    const near: number[] = [], edges: number[] = [];
    const marked = new Set(this.highlighted), steps: number[] = [];
    if (selected >= 0 || hoveredNode >= 0 || marked.size > 0) {
      for (let e = 0; e < scene.edges.length; e++) {
        if (marked.has(scene.edges[e])) steps.push(e);
        if (edges.length >= MOST_HIGHLIGHTED || (scene.from[e] !== selected && scene.to[e] !== selected && scene.from[e] !== hoveredNode && scene.to[e] !== hoveredNode)) continue;
        edges.push(e);
        if (scene.from[e] === selected) near.push(scene.to[e]);
        if (scene.to[e] === selected) near.push(scene.from[e]);
      }
    }
    for (const [list, width] of [[edges, 1.6], [steps, 5]] as const) {
      context.strokeStyle = context.fillStyle = style.highlight;
      context.lineWidth = Math.max(width, width * 0.8 / zoom);
      context.beginPath();
      for (const e of list) trace(context, scene, e, bounds, false);
      context.stroke();
      context.beginPath();
      for (const e of list) arrowHead(context, scene, e, bounds);
      context.fill();
    }
    for (const [node, colour, width] of [[hoveredNode, style.text, 1.5], [selected, style.selection, 3]] as const) {
      if (node < 0) continue;
      context.beginPath();
      outline(context, scene, node, Math.max(3, 3 / zoom));
      context.strokeStyle = colour;
      context.lineWidth = width / Math.min(1, zoom);
      context.stroke();
    }
    context.restore();
    this.drawLabels(context, scene, style, [selected, hoveredNode].filter((n) => n >= 0).concat(near.slice(0, 24)), selected);
  }

  private drawLabels(context: CanvasRenderingContext2D, scene: Scene, style: Style, first: readonly number[], selected: number): void {
    const plain = `12px ${style.font}`, bold = `600 12px ${style.font}`;
    context.font = bold;
    context.textAlign = 'center';
    context.textBaseline = 'top';
    context.lineJoin = 'round';
    const width = (text: string): number => {
      const known = this.widths.get(text);
      if (known !== undefined) return known;
      const measured = context.measureText(text).width;
      this.widths.set(text, measured);
      return measured;
    };
    for (const { node, text, x, y } of placeLabels(scene, this.camera, this.size, first, this.labelOf, width)) {
      context.font = scene.ring[node] ? bold : plain;
      context.strokeStyle = style.background;
      context.lineWidth = 4;
      drawTextOutline(context, text, x, y);
      context.fillStyle = node === selected ? style.highlight : style.text;
      drawText(context, text, x, y);
      if (scene.behind[node] > 0) drawText(context, `+${scene.behind[node]}`, x, y + 14);
    }
  }

  private listen(): void {
    const { canvas } = this;
    let down: { readonly x: number; readonly y: number; moved: boolean } | undefined;
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      canvas.focus();
      canvas.setPointerCapture(event.pointerId);
      down = { x: event.offsetX, y: event.offsetY, moved: false };
      this.glide = undefined;
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!down) return this.hover(event);
      if (!down.moved && Math.hypot(event.offsetX - down.x, event.offsetY - down.y) < 4) return;
      this.camera = pan(this.camera, event.movementX, event.movementY);
      down.moved = true;
      this.events.hovered(undefined, 0, 0);
      this.draw();
    });
    canvas.addEventListener('pointerup', (event) => {
      const click = down && !down.moved;
      down = undefined;
      if (!click) return this.events.moved(this.camera);
      const node = this.nodeUnder(event), state = node < 0 ? undefined : this.scene?.states[node];
      this.selectedState = state;
      this.draw();
      this.events.selected(state);
    });
    canvas.addEventListener('pointerleave', () => { clearTimeout(this.rest); this.hoveredNode = -1; this.events.hovered(undefined, 0, 0); this.draw(); });
    canvas.addEventListener('dblclick', (event) => { const node = this.nodeUnder(event); if (node >= 0 && this.scene) this.events.opened(this.scene.states[node]); });
    canvas.addEventListener('wheel', (event) => {
      event.preventDefault();
      this.glide = undefined;
      const lines = event.deltaMode === 1 ? 16 : 1;
      this.camera = event.shiftKey ? pan(this.camera, -event.deltaY * lines, 0) : zoomAt(this.camera, this.size, Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0016)), event.offsetX, event.offsetY);
      this.events.hovered(undefined, 0, 0);
      this.events.moved(this.camera);
      this.draw();
    }, { passive: false });
    canvas.addEventListener('keydown', (event) => { if (this.events.key(event) || this.key(event)) event.preventDefault(); });
  }

  private nodeUnder({ offsetX, offsetY }: MouseEvent): number {
    if (!this.scene) return -1;
    return nodeAt(this.grid, this.scene.layout.nodes, this.scene.radius, ...toWorld(this.camera, this.size, offsetX, offsetY), SLACK / this.camera.zoom);
  }

  private hover(event: PointerEvent): void {
    clearTimeout(this.rest);
    const node = this.nodeUnder(event), { clientX, clientY, offsetX, offsetY } = event;
    if (node !== this.hoveredNode) { this.hoveredNode = node; this.events.hovered(undefined, 0, 0); this.draw(); }
    this.rest = setTimeout(() => {
      const { scene } = this;
      if (!scene) return;
      if (node >= 0) return this.events.hovered({ state: scene.states[node] }, clientX, clientY);
      const edge = edgeAt(scene.layout, ...toWorld(this.camera, this.size, offsetX, offsetY), 5 / this.camera.zoom);
      this.events.hovered(edge < 0 ? undefined : { edge: scene.edges[edge] }, clientX, clientY);
    }, REST);
  }

  private key(event: KeyboardEvent): boolean {
    const direction = arrows[event.key];
    if (direction && !event.altKey && !event.ctrlKey && !event.metaKey) return event.shiftKey ? this.panBy(direction) : this.walk(direction);
    if (event.key === '+' || event.key === '=') this.zoom(1.3);
    else if (event.key === '-') this.zoom(1 / 1.3);
    else if (event.key === '0') this.fit();
    else return false;
    return true;
  }

  private panBy(direction: Direction): boolean {
    const step = 80, [dx, dy] = { left: [step, 0], right: [-step, 0], up: [0, step], down: [0, -step] }[direction];
    this.look(pan(this.camera, dx, dy));
    return true;
  }

  /** Along a transition that leads that way, else to the next state there; without a selection, to the first that has a name. */
  private walk(direction: Direction): boolean {
    const { scene } = this, at = this.selectedState === undefined ? undefined : scene?.nodeOf.get(this.selectedState);
    if (!scene || scene.states.length === 0) return true;
    const { nodes } = scene.layout;
    let to: number;
    if (at === undefined) to = scene.priority.find((n) => inSight(sight(this.camera, this.size), nodes[2 * n], nodes[2 * n + 1])) ?? scene.priority[0];
    else {
      const linked = new Set<number>();
      for (let e = 0; e < scene.edges.length; e++) { if (scene.from[e] === at) linked.add(scene.to[e]); if (scene.to[e] === at) linked.add(scene.from[e]); }
      to = towards(nodes, at, linked, direction);
      if (to < 0) to = towards(nodes, at, scene.states.keys(), direction);
    }
    if (to < 0) return true;
    this.select(scene.states[to], true);
    this.events.selected(scene.states[to]);
    return true;
  }
}
