/**
 * Environment in which the runtime stays silent. Since 1.29 its native builds for Linux and macOS keep a device number in
 * the user's cache folder and send events to their maker, unless this is set before the library is loaded
 * (microsoft/onnxruntime #27379). The WebAssembly build has none of it; the build for Windows writes trace events to the system instead.
 */
export const NO_TELEMETRY = { ORT_DISABLE_TELEMETRY: '1' } as const;
