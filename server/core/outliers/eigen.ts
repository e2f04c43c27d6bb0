/** Eigenvalues of a symmetric matrix, in no order, and its eigenvectors as rows: component c of vector r is `vectors[r * width + c]`. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Sweeps that are enough for any matrix of doubles; six to ten are usual. */
const SWEEPS = 60;

/** Cyclic Jacobi rotations: slow for large matrices, and precise for small ones, singular or not. O(width^3) a sweep. */
export function eigenOf(symmetric: Float64Array, width: number): Eigen {
  const a = symmetric.slice();
  const vectors = new Float64Array(width * width);
  for (let i = 0; i < width; i++) vectors[i * width + i] = 1;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let rest = 0;
    for (let p = 0; p < width; p++) for (let q = p + 1; q < width; q++) rest += Math.abs(a[p * width + q]);
    if (rest === 0) break;
    for (let p = 0; p < width; p++) for (let q = p + 1; q < width; q++) rotate(a, vectors, width, p, q);
  }
  return { values: Float64Array.from({ length: width }, (_, i) => a[i * width + i]), vectors };
}

/** Makes the entry (p, q) zero. */
function rotate(a: Float64Array, vectors: Float64Array, width: number, p: number, q: number): void {
  const entry = a[p * width + q];
  if (entry === 0) return;
  const theta = (a[q * width + q] - a[p * width + p]) / (2 * entry);
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (let i = 0; i < width; i++) {
    const ip = a[i * width + p];
    const iq = a[i * width + q];
    a[i * width + p] = cosine * ip - sine * iq;
    a[i * width + q] = sine * ip + cosine * iq;
  }
  for (const rows of [a, vectors]) {
    for (let i = 0; i < width; i++) {
      const pi = rows[p * width + i];
      const qi = rows[q * width + i];
      rows[p * width + i] = cosine * pi - sine * qi;
      rows[q * width + i] = sine * pi + cosine * qi;
    }
  }
  a[p * width + q] = a[q * width + p] = 0;
}
