import './automaton.css';
import { Host } from '../ui/host';
import { registerControls } from '../ui/toolkit';
import { AutomatonPage } from './page';

registerControls();
const host = new Host();
new AutomatonPage(host);
host.tell({ kind: 'ready' });
