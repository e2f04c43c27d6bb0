import type { ClientSettings } from '../protocol/settings';
import type { ServerContext } from './context';
import { Cancelled } from './jobs';
import { runJob } from './work';

/** Collects what changed on disk and in the settings until a refresh job gets to it; a cancelled refresh leaves it for the next one. */
export class Refresh {
  private readonly paths = new Set<string>();
  private settings: ClientSettings | undefined;

  constructor(private readonly context: ServerContext) {}

  files(paths: Iterable<string>): void {
    for (const path of paths) this.paths.add(path);
  }

  newSettings(settings: ClientSettings): void {
    this.settings = settings;
  }

  /** Queues the job, if there is anything to do. */
  async run(): Promise<void> {
    if (!this.context.session || (this.paths.size === 0 && !this.settings)) return;
    try {
      await runJob(this.context, 'refresh', async (session, control) => {
        const changed = [...this.paths], settings = this.settings;
        this.paths.clear();
        this.settings = undefined;
        if (settings) {
          await session.updateSettings(settings);
          changed.push(session.capture().root); // other files may be excluded now
        }
        const found = await session.refresh(changed, control);
        if (control.cancelled) this.files(changed);
        return found || settings !== undefined;
      });
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
    }
  }
}
