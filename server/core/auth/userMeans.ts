export interface UserMeanOptions {
  /** Weight of a new score in a mean once 1 / decay scores were seen; before, all scores count alike. In (0, 1]. */
  readonly decay: number;
  /** Scores of a user that weigh as much as the mean of all users: a new user is first compared with everybody. */
  readonly prior: number;
}

export const USER_MEANS: UserMeanOptions = { decay: 0.002, prior: 10 };

/**
 * What each user's scores usually are, as far as they have been seen: running means that start with the baseline and go on with the rows that are judged.
 * A row is compared with the rows before it alone, so that scores do not change when more rows come.
 */
export class UserMeans {
  private means: Float64Array;
  private rows: Float64Array;
  private mean = 0;
  private seen = 0;

  /** Users are numbers; any may come. */
  constructor(private readonly options: UserMeanOptions = USER_MEANS, users = 64) {
    this.means = new Float64Array(users);
    this.rows = new Float64Array(users);
  }

  /** What a row of this user is expected to score. O(1). */
  expected(user: number): number {
    const rows = this.rows[user] ?? 0;
    const { prior } = this.options;
    return rows + prior > 0 ? (rows * (this.means[user] ?? 0) + prior * this.mean) / (rows + prior) : this.mean;
  }

  /** Takes a score into the means. Amortised O(1). */
  add(user: number, score: number): void {
    if (user >= this.rows.length) {
      this.means = wider(this.means, user);
      this.rows = wider(this.rows, user);
    }
    const { decay } = this.options;
    this.rows[user]++;
    this.seen++;
    this.means[user] += (score - this.means[user]) * Math.max(decay, 1 / this.rows[user]);
    this.mean += (score - this.mean) * Math.max(decay, 1 / this.seen);
  }

  /** Learns the scores of a baseline, in order of time. */
  learn(scores: Float64Array, users: ArrayLike<number>): void {
    for (let row = 0; row < scores.length; row++) this.add(users[row], scores[row]);
  }

  /** Scores less what is expected of their users; the means go on with them. `order`: rows in order of time, absent: as they stand. O(rows). */
  normalise(scores: Float64Array, users: ArrayLike<number>, order?: ArrayLike<number>): Float64Array {
    const normal = new Float64Array(scores.length);
    for (let i = 0; i < scores.length; i++) {
      const row = order === undefined ? i : order[i];
      normal[row] = scores[row] - this.expected(users[row]);
      this.add(users[row], scores[row]);
    }
    return normal;
  }

  /** As plain data for a model file; `of` makes the same means again. */
  toTensors(): { readonly means: Float64Array; readonly rows: Float64Array; readonly all: Float64Array } {
    return { means: this.means.slice(), rows: this.rows.slice(), all: Float64Array.of(this.mean, this.seen) };
  }

  static of({ means, rows, all }: ReturnType<UserMeans['toTensors']>, options: UserMeanOptions = USER_MEANS): UserMeans {
    const made = new UserMeans(options, 0);
    made.means = means.slice();
    made.rows = rows.slice();
    [made.mean, made.seen] = all;
    return made;
  }
}

function wider(from: Float64Array, needed: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(Math.max(needed + 1, from.length * 2));
  to.set(from);
  return to;
}
