import type { CountModel } from '../../auth/countModel';
import type { UserMeans } from '../../auth/userMeans';
import type { Vocabulary } from '../../auth/vocabulary';
import type { Model } from '../detector';
import type { Net } from './net';
import type { AuthSequencesSettings } from './settings';

/** What `authSequences` learned. The vocabulary has the names of users and hosts of the baseline: without them nothing could be predicted. */
export interface AuthSequencesModel extends Model {
  readonly settings: AuthSequencesSettings;
  /** Whether the rows that are scored are those that were counted: then a row does not count for itself. */
  readonly self: boolean;
  readonly vocabulary: Vocabulary;
  /** What values were seen together: the model itself, or the peer that a net must beat, and what explains rows. */
  readonly counts: CountModel;
  /** What users' rows score as a rule; absent where scores are not normalised. */
  readonly means?: UserMeans;
  /** Absent with `model=counts`. */
  readonly net?: Net;
  /** What the reader should know of how it was learned. */
  readonly note?: string;
}
