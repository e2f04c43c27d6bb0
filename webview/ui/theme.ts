import { type Ground, luminance, parseColour, type Rgb } from './colours';

/** VS Code's colours as they are now, for what is drawn on canvases. */
export class Theme {
  private readonly listeners: (() => void)[] = [];
  private cache = new Map<string, Rgb>();

  constructor() {
    const changed = (): void => {
      this.cache = new Map();
      for (const listener of this.listeners) listener();
    };
    const observer = new MutationObserver(changed);
    observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  }

  /** Colours changed: everything is to be drawn again. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** The first of the variables (`editor-background`, without `--vscode-`) that has a colour; else the text colour. */
  colour(...names: readonly string[]): Rgb {
    const key = names.join(' '), there = this.cache.get(key);
    if (there) return there;
    const style = getComputedStyle(document.body);
    const found = names.map((name) => parseColour(style.getPropertyValue(`--vscode-${name}`))).find((colour) => colour !== undefined) ?? parseColour(style.color) ?? [128, 128, 128];
    this.cache.set(key, found);
    return found;
  }

  get ground(): Ground {
    return luminance(this.colour('editor-background')) < 0.35 ? 'dark' : 'light';
  }

  get highContrast(): boolean {
    return document.body.classList.contains('vscode-high-contrast') || document.body.classList.contains('vscode-high-contrast-light');
  }

  get reducedMotion(): boolean {
    return document.body.classList.contains('vscode-reduce-motion') || matchMedia('(prefers-reduced-motion: reduce)').matches;
  }

  get font(): string {
    return getComputedStyle(document.body).fontFamily;
  }
}
