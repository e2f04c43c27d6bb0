import { authSequences } from './authSequences';
import { stateFrequency } from './stateFrequency';
import { stateOutliers } from './stateOutliers';
import type { Detector } from './detector';

/** Every detector there is. */
export const detectors: readonly Detector[] = [stateFrequency as unknown as Detector, stateOutliers as unknown as Detector, authSequences as unknown as Detector];

export function detectorById(id: string): Detector | undefined {
  return detectors.find((d) => d.id === id);
}
