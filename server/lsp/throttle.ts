/** The timers a throttle and a debounce need; tests give their own. Milliseconds. */
export interface Timers {
  now(): number;
  /** Calls back once after a while; the result takes it back. */
  after(ms: number, callback: () => void): () => void;
}

export const systemTimers: Timers = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Calls at most once in `ms`: at once when it was quiet before, else once at the end of the while. */
export function throttled(ms: number, callback: () => void, timers: Timers): () => void {
  let last = -Infinity, waiting = false;
  const fire = () => {
    waiting = false;
    last = timers.now();
    callback();
  };
  return () => {
    if (waiting) return;
    const wait = last + ms - timers.now();
    if (wait <= 0) return fire();
    waiting = true;
    timers.after(wait, fire);
  };
}

/** Calls once it was quiet for `ms`. */
export function debounced(ms: number, callback: () => void, timers: Timers): () => void {
  let takeBack = () => {};
  return () => {
    takeBack();
    takeBack = timers.after(ms, callback);
  };
}
