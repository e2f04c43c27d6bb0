import { runHost } from '../node/neural/host';

runHost();
