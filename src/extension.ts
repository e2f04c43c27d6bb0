import type * as vscode from 'vscode';
import { activateBaseline } from './baseline';
import { activateServer } from './client';
import type { Server } from './client';
import { activateFindings } from './findings';
import { activateGzip } from './gzip';
import { activateLanguages } from './languages';
import { activateModels } from './modelsView';
import { activateRootCauses } from './rootCausesView';
import type { RootCausesView } from './rootCausesView';
import { activateSample } from './sample';
import { activateStatus } from './status';
import { activateViews } from './views';
import type { Views } from './views';
import { activateWork } from './work';

/** What other extensions, and the end-to-end tests, see. */
export interface AnomalineApi {
  /** How long activation took, milliseconds. */
  readonly activationMs: number;
  readonly server: Pick<Server, 'status' | 'onStatus' | 'ask'>;
  readonly rootCauses: RootCausesView;
  readonly views: Views;
}

/** Starts the server without waiting for it, and everything that talks to it. */
export function activate(context: vscode.ExtensionContext): AnomalineApi {
  const started = performance.now();
  const server = activateServer(context);
  activateStatus(context, server);
  const rootCauses = activateRootCauses(context, server);
  activateModels(context, server);
  const views = activateViews(context, server);
  activateWork(context, server, views);
  activateBaseline(context, server);
  activateFindings(context, server);
  activateGzip(context, server);
  activateLanguages(context, server);
  activateSample(context, server);
  return { activationMs: performance.now() - started, server, rootCauses, views };
}
