import './timeline.css';
import { Host } from '../ui/host';
import { registerControls } from '../ui/toolkit';
import { TimelinePage } from './page';

registerControls();
const host = new Host();
new TimelinePage(host);
host.tell({ kind: 'ready' });
