export { embeddingLayer, layerNormLayer, linearLayer } from './basic';
export type { EmbeddingLayer, Layer, LinearLayer, LinearSettings } from './basic';
export { bidirectional, lstmLayer } from './recurrent';
export type { LstmLayer } from './recurrent';
export { encoderBlock, positions } from './transformer';
export type { EncoderBlock, EncoderSettings } from './transformer';
