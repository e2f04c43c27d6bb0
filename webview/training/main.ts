import './training.css';
import { Host } from '../ui/host';
import { registerControls } from '../ui/toolkit';
import { TrainingPage } from './page';

registerControls();
const host = new Host();
new TrainingPage(host);
host.tell({ kind: 'ready' });
