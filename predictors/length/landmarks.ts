/**
 * A kernel as a product of coordinates, by its values at some places: the landmarks (Williams and Seeger 2001, Nyström's method).
 *
 *     K ≈ C·Cᵀ,   row of C = L⁻¹·k(text),   L·Lᵀ = kernel of the landmarks
 *
 * A penalty on the size of the coefficients of C is that of kernel ridge regression.
 */
import { decompose, solveLower, solveUpper } from '../cholesky.js';
import type { Places } from './text-space.js';

/** Added to the diagonal: places may stand twice. */
const JITTER = 1e-4;

export interface LandmarkKernel {
  /** Coordinates of the place at here[at …], as many as landmarks. */
  coordinates(here: Float32Array, at: number): Float32Array;
  /** α of Σⱼ αⱼ·k(·, landmarkⱼ), from the coefficients of the coordinates. */
  alpha(coefficients: Float64Array): Float32Array;
}

/** @param landmarks row by row */
export function landmarkKernel(places: Places, landmarks: Float32Array): LandmarkKernel {
  const count = landmarks.length / places.width;
  const lower = Array.from({ length: count }, (_, j) => {
    const row = new Float64Array(count);
    places.compare(landmarks, j * places.width, landmarks, row.subarray(0, j + 1));
    row[j] += JITTER;
    return row;
  });
  decompose(lower);
  const alike = new Float64Array(count);
  return {
    coordinates(here, at) {
      places.compare(here, at, landmarks, alike);
      solveLower(lower, alike);
      return Float32Array.from(alike);
    },
    alpha(coefficients) {
      const solved = coefficients.slice();
      solveUpper(lower, solved);
      return Float32Array.from(solved);
    },
  };
}
