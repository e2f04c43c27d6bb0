import { fromWire } from '../server/protocol/wire';

/** An answer of the server with its typed arrays as such. They own their memory, which a Node `Buffer` from the pool does not: those cross into a page as plain objects. */
export function decoded<R>(answer: R): R {
  return fromWire(answer, (base64) => Buffer.from(base64, 'base64')) as R;
}
