import { USER_MEANS, type UserMeans } from '../../auth/userMeans';

/**
 * Scores of the rows of one entity, in order of time, less what its user's rows score as a rule: the baseline's mean of the user, which the rows before move on
 * as they come. Neither later rows nor other entities have a say. In place. O(rows).
 */
export function lessUsual(scores: Float64Array, usual: number): void {
  const { decay, prior } = USER_MEANS;
  let mean = 0;
  for (let i = 0; i < scores.length; i++) {
    const expected = (i * mean + prior * usual) / (i + prior);
    mean += (scores[i] - mean) * Math.max(decay, 1 / (i + 1));
    scores[i] -= expected;
  }
}

/** What rows of this user score as a rule. */
export function usualScore(means: UserMeans | undefined, user: number): number {
  return means?.expected(user) ?? 0;
}
