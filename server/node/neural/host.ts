import * as os from 'node:os';
import type { Tensors } from '../../core/nn/runtime';
import { NeuralError } from '../../core/nn/runtime';
import { toNeuralError } from './failure';
import { endWithParent } from './guard';
import { loadLibrary, type NeuralLibrary } from './library';
import { LoadedProgram } from './loadedProgram';
import type { FromHost, HostCall, HostSettings, ToHost } from './messages';

/** Answers calls one after the other; the library is loaded by the first. */
class Host {
  private library: NeuralLibrary | undefined;
  private readonly programs = new Map<number, LoadedProgram>();

  constructor(private readonly settings: HostSettings) {}

  async answer(message: HostCall): Promise<Tensors> {
    if (message.call === 'open') {
      this.library ??= loadLibrary(this.settings);
      this.programs.set(message.session, await LoadedProgram.load(this.library, message.program, message.state));
      return {};
    }
    const program = this.programs.get(message.call === 'share' ? message.of : message.session);
    if (!program) throw new NeuralError('program', 'The session is closed.');
    switch (message.call) {
      case 'share': this.programs.set(message.session, await program.share(message.program)); return {};
      case 'run': return program.run(message.feeds);
      case 'state': return program.state();
      case 'setState': program.setState(message.tensors); return {};
      case 'close': await this.close(message.session); return {};
    }
  }

  async close(session: number): Promise<void> {
    const program = this.programs.get(session);
    this.programs.delete(session);
    await program?.close();
  }

  /** An error of what was asked, as the parent is told of it. */
  failure(error: unknown): NeuralError {
    return toNeuralError(error, this.library?.provider);
  }

  /** What was not told yet. */
  news(): readonly string[] {
    return this.library?.notices.splice(0) ?? [];
  }
}

/** The child process: answers its parent until the channel closes, which it does when the parent ends in whatever way. In the middle of a call, which nothing interrupts, `endWithParent` sees that. */
export function runHost(): void {
  endWithParent();
  yieldToTheUser();
  const host = new Host(JSON.parse(process.argv[2]) as HostSettings);
  let last: Promise<void> = Promise.resolve();
  process.on('message', (message: ToHost) => {
    last = last.then(async () => {
      try {
        const tensors = await host.answer(message);
        send({ id: message.id, type: 'done', tensors, notices: host.news(), memory: process.memoryUsage.rss() });
      } catch (error) {
        const { reason, message: text } = host.failure(error);
        // A session that failed is in no known state.
        if (message.call !== 'close') await host.close(message.session).catch(() => undefined);
        send({ id: message.id, type: 'failed', reason, message: text });
      }
    });
  });
  process.on('disconnect', () => process.exit());
}

function send(message: FromHost): void {
  if (process.connected) process.send?.(message);
}

/** Training takes what the editor leaves. */
function yieldToTheUser(): void {
  try {
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not permitted here: the bound on threads still holds.
  }
}
