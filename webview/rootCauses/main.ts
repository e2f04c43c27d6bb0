import './rootCauses.css';
import { Host } from '../ui/host';
import { registerControls } from '../ui/toolkit';
import { RootCausesPage } from './page';

registerControls();
const host = new Host();
new RootCausesPage(host);
host.tell({ kind: 'ready' });
