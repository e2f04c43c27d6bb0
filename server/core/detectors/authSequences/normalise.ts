import { USER_MEANS, type UserMeans } from '../../auth/userMeans';

/**
 * Scores of the rows of one entity, in order of time, less what rows of their users score as a rule: the baseline's mean of the user, which the user's rows before move on
 * as they come. Neither later rows nor other entities have a say. `users`: the user's number of each row. In place. O(rows).
 */
export function lessUsual(scores: Float64Array, users: ArrayLike<number>, means: UserMeans | undefined): void {
  const { decay, prior } = USER_MEANS;
  const seen = new Map<number, { rows: number; mean: number; readonly usual: number }>();
  for (let i = 0; i < scores.length; i++) {
    let own = seen.get(users[i]);
    if (!own) seen.set(users[i], (own = { rows: 0, mean: 0, usual: means?.expected(users[i]) ?? 0 }));
    const expected = (own.rows * own.mean + prior * own.usual) / (own.rows + prior);
    own.mean += (scores[i] - own.mean) * Math.max(decay, 1 / ++own.rows);
    scores[i] -= expected;
  }
}
