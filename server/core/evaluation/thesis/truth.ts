import type { EntityKind } from '../../symbols/entities';

/** Whether entities are malicious (specs, section 8), 1 or 0: a host with any positive row, a pair with at least as many positive rows as others. Entities without chosen rows are benign. O(rows). */
export function maliciousEntities(kind: EntityKind, entity: Uint32Array, entityCount: number, positive: Uint8Array, chosen: Uint8Array): Uint8Array {
  const balance = new Int32Array(entityCount);
  const hits = new Uint32Array(entityCount);
  for (let row = 0; row < entity.length; row++) {
    if (chosen[row] === 0) continue;
    balance[entity[row]] += positive[row] === 1 ? 1 : -1;
    hits[entity[row]] += positive[row];
  }
  return Uint8Array.from(hits, (n, e) => Number(n > 0 && (kind !== 'pair' || balance[e] >= 0)));
}
