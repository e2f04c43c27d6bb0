/** Nets: build a graph from layers and operations, make a training and an inference program of it, and let a `NeuralRuntime` run them. See docs/neural.md. */
export type { AdamSettings } from './adam';
export { exportOnnx, freeze } from './exportOnnx';
export { gradients } from './gradient';
export { Graph } from './graph';
export type { MaskSpec, Value, ValueType } from './graph';
export * as initialise from './initialise';
export * as layers from './layers';
export { fillMask, maskSource } from './masks';
export * as ops from './ops';
export { LEARNING_RATE, inferenceProgram, initialState, trainingProgram } from './program';
export type { Training, TrainingProgram } from './program';
export { ShapeError } from './shapes';
export type { Shape } from './shapes';
