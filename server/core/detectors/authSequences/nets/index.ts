/** Language models of authentication lines (specs/auth-sequence.md, sections 3 to 6). */
export { alternatives } from './alternatives';
export type { Alternatives } from './alternatives';
export { PRESETS, REFERENCE } from './config';
export type { ContextConfig, LineConfig, ModelConfig, Preset } from './config';
export type { TokenSpace } from './fieldTables';
export { lineModel } from './lineModel';
export { exportLineModel } from './onnx';
export type { LineModel } from './lineModel';
export { lineLosses } from './scoring';
export type { LineLossOptions } from './scoring';
export { REFERENCE_TRAINING, trainLines, trainingDefaults } from './training';
export type { TrainLinesOptions, TrainedLines, TrainingSettings, Weights } from './training';
export { parameterCount, weightSizes } from './weights';
