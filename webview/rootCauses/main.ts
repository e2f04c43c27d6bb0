import './rootCauses.css';
import { Host } from '../ui/host';
import { registerControls } from '../ui/toolkit';

registerControls();
const host = new Host();
host.tell({ kind: 'ready' });
