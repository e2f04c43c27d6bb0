import { entryCount, type JoinedEntities, joiningEntities, packing } from '../core/symbols/joinEntities';
import type { EntityTransfer } from '../core/symbols/entities';
import { inTurns } from '../core/util/slices';
import type { WorkerPool } from './workerPool';

/** Fewer hosts and entities than this are joined here: some tens of milliseconds, in slices. */
const SMALL = 50_000;

/** Joins the entities of several logs, or of the parts of one; there is at least one table. Rejects with `Cancelled` and `MemoryLimitError`. */
export async function joinInPool(pool: WorkerPool, tables: readonly EntityTransfer[], pause: () => Promise<void>, cancelled: () => boolean): Promise<JoinedEntities> {
  const { kind } = tables[0];
  if (entryCount(tables) < SMALL) return inTurns(joiningEntities(kind, tables), pause);
  const packed = await inTurns(packing(kind, tables), pause);
  const handedOver = [packed.bytes, packed.ends, packed.sources, packed.destinations].map(({ buffer }) => buffer as ArrayBuffer).filter(({ byteLength }) => byteLength > 0);
  const { entities, numbers } = (await pool.run({ task: 'joinEntities', packed }, cancelled, () => undefined, { handedOver })) as { readonly entities: EntityTransfer; readonly numbers: Uint32Array };
  let at = 0;
  return { entities, numbers: tables.map(({ sources }) => numbers.subarray(at, (at += sources.length))) };
}
