/** Tallest box that browsers lay out exactly; longer lists scroll in proportion. */
const TALLEST = 8_000_000;

/** Rows of equal height in a box that scrolls: which are in sight, and where they are drawn. Heights and offsets are in CSS pixels. */
export interface Windowing {
  /** Height of the box's content. */
  readonly height: number;
  /** Rows [first, end) are drawn. */
  readonly first: number;
  readonly end: number;
  /** Offset of row `first` from the top of the content. */
  readonly offset: number;
}

/** `scrollTop`: of the box, whose inner height is `viewport`. `spare`: rows drawn beyond both edges. O(1). */
export function windowing(total: number, rowHeight: number, viewport: number, scrollTop: number, spare = 4): Windowing {
  const whole = total * rowHeight, height = Math.min(whole, TALLEST), most = Math.max(0, height - viewport), at = Math.min(Math.max(0, scrollTop), most);
  // Where the top edge of the box is among all rows, were they all laid out.
  const top = most > 0 && whole > height ? at / most * (whole - viewport) : at;
  const first = Math.max(0, Math.floor(top / rowHeight) - spare), end = Math.min(total, Math.ceil((top + viewport) / rowHeight) + spare);
  return { height, first, end, offset: at - (top - first * rowHeight) };
}

/** The `scrollTop` that brings a row into sight with the least movement. O(1). */
export function scrollTo(row: number, total: number, rowHeight: number, viewport: number, scrollTop: number): number {
  const whole = total * rowHeight, height = Math.min(whole, TALLEST), most = Math.max(0, height - viewport), scale = whole > height ? (whole - viewport) / Math.max(1, most) : 1;
  const top = Math.min(Math.max(0, scrollTop), most) * scale, wanted = row * rowHeight;
  const moved = wanted < top ? wanted : wanted + rowHeight > top + viewport ? wanted + rowHeight - viewport : top;
  return moved / scale;
}
