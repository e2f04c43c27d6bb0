import { GetTraining, TrainingChanged } from '../protocol/training';
import { answers } from './answers';
import type { ServerContext } from './context';
import { throttled } from './throttle';

const SEND_EVERY_MS = 200;

/** Answers how a net is trained, and tells the client when that changed. */
export function registerTraining(context: ServerContext): void {
  const { onColumns, withSession } = answers(context);
  let last = { id: 0, running: false };
  const send = throttled(SEND_EVERY_MS, () => void context.connection.sendNotification(TrainingChanged.method, last), context.ports.timers);

  onColumns(GetTraining, 'Training', () => withSession(null, async (session) => (await session.training.current()) ?? null));
  void context.opened.then(() => context.session?.training.onChange((training) => {
    last = training;
    send();
  }));
}
