/** Who may send a message. */
export type Direction = 'clientToServer' | 'serverToClient';

/** A request as one value: its name on the wire, its direction, and (as phantom types) what goes in and comes out. */
export interface RequestMethod<Params, Result> {
  readonly method: string;
  readonly direction: Direction;
  readonly _?: { params: Params; result: Result };
}

/** A notification as one value. */
export interface NotificationMethod<Params> {
  readonly method: string;
  readonly direction: Direction;
  readonly _?: { params: Params };
}

export function request<Params, Result>(method: string, direction: Direction): RequestMethod<Params, Result> {
  return { method, direction };
}

export function notification<Params>(method: string, direction: Direction): NotificationMethod<Params> {
  return { method, direction };
}

/** For the end of a switch over a closed union: does not compile while a member is unhandled. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled message: ${JSON.stringify(value)}`);
}
