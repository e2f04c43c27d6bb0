/** A part of a log to be read, with what the lines before it are supposed to carry over (`LogReader.state`). */
export interface PartStart {
  readonly part: number;
  readonly state: string;
}

interface Part {
  /** What it is being read with, or was. */
  begun: string;
  /** What it carries over, once it is read with `begun`. */
  end?: string;
  /** What it carried over the last time that it changed something: a guess while it is read again. */
  changed?: string;
  /** It was read again on a guess. */
  guessed: boolean;
}

/**
 * Parts of a log are read at the same time, each as if the parts before carried nothing new over to it. Where one does, the parts behind
 * it that began otherwise are read again: at once, on the guess that those between change nothing, and once more only when it is certain
 * that the guess was wrong. So no part is read more than three times, and a log without a change is read once. O(parts) a call.
 */
export class PartStates {
  private readonly parts: Part[];
  private certain = 0;

  constructor(count: number, private readonly first: string) {
    this.parts = Array.from({ length: count }, () => ({ begun: first, guessed: false }));
  }

  /** What to read first. */
  starts(): PartStart[] {
    return this.parts.map(({ begun }, part) => ({ part, state: begun }));
  }

  /** Parts before this one were read with what those before them carry over; it itself begins so. */
  get confirmed(): number {
    return this.certain;
  }

  /** A part was read as it was last told to, and carries `end` over. Returns what has to be read again; an unfinished reading of it is void. */
  ended(part: number, end: string): PartStart[] {
    const one = this.parts[part];
    one.end = end;
    if (end !== one.begun) one.changed = end;
    const again: PartStart[] = [];
    let state = this.first;
    this.certain = 0;
    for (const [i, next] of this.parts.entries()) {
      const isCertain = this.certain === i;
      if (next.begun !== state && (isCertain || !next.guessed)) {
        if (!isCertain) next.guessed = true;
        next.begun = state;
        delete next.end;
        again.push({ part: i, state });
      }
      const isRead = next.end !== undefined && next.begun === state;
      if (isRead && isCertain) this.certain++;
      state = isRead ? (next.end as string) : (next.changed ?? state);
    }
    return again;
  }
}
