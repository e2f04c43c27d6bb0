/** Red, green, blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** `#rgb`, `#rrggbb`, `#rrggbbaa` or `rgb(…)`; transparency is dropped. Undefined: not a colour of that form. */
export function parseColour(text: string): Rgb | undefined {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(text.trim())?.[1];
  if (hex?.length === 3 || hex?.length === 4) return [0, 1, 2].map((i) => parseInt(hex[i] + hex[i], 16)) as unknown as Rgb;
  if (hex && hex.length >= 6) return [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16)) as unknown as Rgb;
  const parts = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)/.exec(text.trim());
  return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3])] : undefined;
}

export function css([r, g, b]: Rgb): string {
  return `rgb(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)})`;
}

export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/** Relative luminance, 0 to 1 (WCAG 2.2). */
export function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio, 1 to 21 (WCAG 2.2). */
export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

export type Ground = 'dark' | 'light';

/** Blue (less) over grey to orange (more): told apart with every common kind of colour blindness. All stand out from their ground. */
const diverging: Readonly<Record<Ground, readonly Rgb[]>> = {
  dark: [[72, 166, 255], [92, 138, 186], [118, 118, 118], [196, 136, 78], [255, 152, 48]],
  light: [[0, 84, 166], [74, 134, 190], [150, 150, 150], [204, 128, 62], [184, 78, 0]],
};
const sequential: Readonly<Record<Ground, readonly Rgb[]>> = {
  dark: [[98, 98, 110], [84, 130, 160], [92, 180, 196], [214, 236, 226]],
  light: [[150, 152, 160], [92, 142, 170], [32, 104, 136], [6, 50, 84]],
};

/** `value`: -1 (least) to 1 (most). */
export function divergingColour(value: number, ground: Ground): Rgb {
  return along(diverging[ground], (Math.min(1, Math.max(-1, value)) + 1) / 2);
}

/** `value`: 0 to 1. */
export function sequentialColour(value: number, ground: Ground): Rgb {
  return along(sequential[ground], Math.min(1, Math.max(0, value)));
}

function along(stops: readonly Rgb[], share: number): Rgb {
  const at = (Number.isNaN(share) ? 0 : share) * (stops.length - 1), low = Math.min(stops.length - 2, Math.floor(at));
  return mix(stops[low], stops[low + 1], at - low);
}

/** Colours for kinds without order (Okabe and Ito's, which colour-blind readers tell apart; black and yellow left out): kind i has colour i modulo their number. */
export const kindColours: Readonly<Record<Ground, readonly Rgb[]>> = {
  dark: [[86, 180, 233], [230, 159, 0], [0, 158, 115], [204, 121, 167], [213, 94, 0], [150, 150, 255], [190, 190, 190]],
  light: [[0, 114, 178], [176, 112, 0], [0, 122, 88], [166, 74, 124], [184, 70, 0], [84, 84, 190], [100, 100, 100]],
};
