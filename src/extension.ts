import type * as vscode from 'vscode';
import { activateBaseline } from './baseline';
import { activateServer } from './client';
import { activateFindings } from './findings';
import { activateGzip } from './gzip';
import { activateLanguages } from './languages';
import { activateModels } from './modelsView';
import { activateRootCauses } from './rootCausesView';
import { activateSample } from './sample';
import { activateStatus } from './status';
import { activateWork } from './work';

/** Starts the server without waiting for it, and everything that talks to it. */
export function activate(context: vscode.ExtensionContext): void {
  const server = activateServer(context);
  activateStatus(context, server);
  activateRootCauses(context, server);
  activateModels(context, server);
  activateWork(context, server);
  activateBaseline(context, server);
  activateFindings(context, server);
  activateGzip(context, server);
  activateLanguages(context, server);
  activateSample(context, server);
}
